import Admin
import Policy

/// What an operator does about tools: approve a changed one, or say what a change means.
extension ConsoleModel {
    /// Asks for a reason and then for a yes; the version is the one that the operator sees now.
    mutating func beginApproval(of name: ToolName) {
        guard let tool = tool(name) else { return }
        guard let approval = ToolApproval(tool) else {
            say(.info, "\(tool.tool) is what it was pinned as: there is nothing to approve.")
            return
        }
        show(.form(.approveTool(approval)))
    }

    mutating func beginPinningChange() {
        guard let document = policy?.document else { return }
        show(.form(.setPinning(document.tools.pinning)))
    }

    /// The shortest way from a suspicion to no changed tool being served.
    mutating func beginBlockingChangedTools() -> [ConsoleEffect] {
        guard let document = policy?.document else { return [] }
        guard document.tools.pinning != .block else {
            say(.info, "Changed tools are blocked already; a approves one.")
            return []
        }
        return review(
            .edit(.setToolRules(ToolRules(pinning: .block))),
            title: "Block every changed tool until it is approved"
        )
    }

    /// By the name of a tool, for the command line; several servers may have one of that name.
    mutating func beginApproval(named text: String) {
        let changed = (tools ?? []).filter {
            $0.pending != nil && $0.tool.utf8.elementsEqual(text.utf8)
        }
        switch changed.count {
        case 0: say(.warning, "There is no changed tool \(text): see 8:Tools.")
        case 1: beginApproval(of: ToolName(changed[0]))
        default: say(.warning, "Several servers changed \(text): choose one in 8:Tools.")
        }
    }
}

/// A changed tool as it was shown, to be pinned as it is now.
struct ToolApproval: Equatable, Sendable {
    let server: String
    let tool: String
    let pinned: SecretDigest
    /// Of the version that was shown; no other is approved.
    let pending: SecretDigest
    let changes: [String]

    /// Nil when the tool is what it was pinned as.
    init?(_ standing: ToolStanding) {
        guard let pending = standing.pending else { return nil }
        server = standing.server
        tool = standing.tool
        pinned = standing.pinned
        self.pending = pending
        changes = standing.changes
    }
}
