import Admin
import Policy
import Terminal

/// The tools that were seen behind the gate, and whether they still are what they were pinned as.
enum ToolsScreen {
    static let columns = [
        ScreenColumn("tool", "t", "TOOL", width: 20...40),
        ScreenColumn("state", "s", "STATE", width: 11...11),
        ScreenColumn("server", "v", "SERVER", width: 19...32, priority: 2),
        ScreenColumn("hides", "h", "HIDES", width: 10...30, priority: 3),
        ScreenColumn("version", "n", "VERSION", width: 16...16, priority: 4),
    ]

    /// What a changed tool means at present.
    static func summary(of document: PolicyDocument) -> [DetailLine] {
        let pinning = document.tools.pinning
        return [DetailLine("Pinning", "\(pinning.rawValue): \(pinning.words)", role: pinning.role)]
    }

    static func content(of model: ConsoleModel) -> ScreenContent {
        let pinning = model.policy?.document.tools.pinning ?? .warn
        return ScreenContent(
            columns: columns,
            rows: (model.tools ?? []).map { row($0, pinning) },
            emptyText: model.tools == nil
                ? "No data yet."
                : "No tool has been seen yet: they are pinned when a server first lists them."
        )
    }

    private static func row(_ tool: ToolStanding, _ pinning: ToolRules.Pinning) -> ScreenRow {
        ScreenRow(
            entity: .tool(ToolName(tool)),
            cells: [
                ScreenCell(tool.tool),
                state(of: tool, pinning),
                ScreenCell(ServerRule.path(of: tool.server), role: .muted),
                ScreenCell(tool.hidden?.joined(separator: ", ") ?? "", role: .warn),
                ScreenCell((tool.pending ?? tool.pinned).short, role: .muted),
            ]
        )
    }

    /// What waits for an operator comes first in the order of states.
    private static func state(
        of tool: ToolStanding,
        _ pinning: ToolRules.Pinning
    ) -> ScreenCell {
        if tool.pending != nil {
            return pinning == .block
                ? ScreenCell("blocked", order: .number(0), role: .error, mark: .failure)
                : ScreenCell("changed", order: .number(1), role: .warn, mark: .warning)
        }
        return tool.hidden == nil
            ? ScreenCell("as pinned", order: .number(3), role: .ok, mark: .good)
            : ScreenCell("flagged", order: .number(2), role: .warn, mark: .warning)
    }

    static func detail(of name: ToolName, in model: ConsoleModel) -> [DetailLine] {
        guard let tool = model.tool(name) else {
            return [DetailLine("Tool", name.tool), DetailLine("", "It is no longer in the list.")]
        }
        let pinning = model.policy?.document.tools.pinning ?? .warn
        let state = state(of: tool, pinning)
        var lines = [
            DetailLine("Tool", tool.tool),
            DetailLine("Server", ServerRule.path(of: tool.server)),
            DetailLine("State", state.text, role: state.role),
            DetailLine("Pinned", tool.pinned.short),
        ]
        if let hidden = tool.hidden {
            lines.append(DetailLine("Hides", hidden.joined(separator: ", "), role: .warn))
        }
        guard let pending = tool.pending else { return lines }
        lines.append(DetailLine("Now", pending.short, role: .pending))
        let changes = tool.changes
        lines += changes.enumerated().map { index, line in
            DetailLine(index == 0 ? "Changed" : "", line, role: .pending)
        }
        return lines
    }
}

extension ToolStanding {
    /// What changed, in lines.
    var changes: [String] {
        difference ?? ["What changed is told once other changed tools are approved."]
    }
}

extension SecretDigest {
    /// Enough of it to tell versions apart.
    var short: String { String(description.prefix(16)) }
}

extension ToolRules.Pinning {
    /// What becomes of a changed tool.
    var words: String {
        switch self {
        case .off: "tools are not watched"
        case .warn: "a changed tool is told, and served"
        case .block: "a changed tool is hidden and refused until it is approved"
        }
    }

    fileprivate var role: Role {
        switch self {
        case .off: .error
        case .warn: .warn
        case .block: .ok
        }
    }
}

extension ConsoleModel {
    func tool(_ name: ToolName) -> ToolStanding? {
        tools?.first { ToolName($0) == name }
    }
}
