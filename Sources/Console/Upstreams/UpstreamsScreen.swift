import Admin
import Policy
import Terminal

/// What is behind the gate: the server on `/mcp` and the named ones.
enum UpstreamsScreen {
    static let columns = [
        ScreenColumn("path", "p", "PATH", width: 19...44),
        ScreenColumn("state", "s", "STATE", width: 11...13),
        ScreenColumn("behind", "b", "BEHIND IT", width: 26...60),
        ScreenColumn("kind", "k", "KIND", width: 8...8, priority: 4),
        ScreenColumn("tools", "t", "TOOLS", width: 5...5, priority: 1, alignment: .trailing),
        ScreenColumn("changed", "c", "CHANGED", width: 7...7, priority: 2, alignment: .trailing),
        ScreenColumn("credential", "r", "CREDENTIAL", width: 10...36, priority: 3),
    ]

    static func content(of model: ConsoleModel) -> ScreenContent {
        ScreenContent(
            columns: columns,
            rows: model.servers.map { row($0, in: model) },
            emptyText: "No data yet."
        )
    }

    private static func row(_ server: ShownServer, in model: ConsoleModel) -> ScreenRow {
        let tools = model.tools(of: server.name)
        let changed = tools.count { $0.pending != nil }
        return ScreenRow(
            entity: .server(server.name),
            cells: [
                ScreenCell(ServerRule.path(of: server.name)),
                state(of: server, in: model),
                ScreenCell(server.title),
                ScreenCell(server.kind, role: .muted),
                ScreenCell(number: UInt64(tools.count)),
                ScreenCell(number: UInt64(changed), role: changed > 0 ? .warn : .text),
                ScreenCell(server.rule?.credential?.source ?? "none", role: .muted),
            ]
        )
    }

    /// What the gate's own tries and the circuit breaker say.
    private static func state(of server: ShownServer, in model: ConsoleModel) -> ScreenCell {
        guard server.kind == "http" else { return ScreenCell(server.kind, role: .muted) }
        let standing = model.standing(of: server.name)
        if let seconds = standing?.suspendedSeconds {
            return ScreenCell("held \(seconds)s", role: .error, mark: .failure)
        }
        return switch standing?.isReachable {
        case true?: ScreenCell("reachable", role: .ok, mark: .good)
        case false?: ScreenCell("lost", role: .error, mark: .failure)
        case nil: ScreenCell("not tried", role: .muted)
        }
    }

    private static func healthLines(_ standing: UpstreamStanding?) -> [DetailLine] {
        guard let standing else { return [] }
        let since = standing.since.map { " since \(TimeText.date($0))" } ?? ""
        let reach =
            switch standing.isReachable {
            case true?: DetailLine("Reachable", "yes\(since)", role: .ok)
            case false?: DetailLine("Reachable", "no\(since)", role: .error)
            case nil: DetailLine("Reachable", "not tried yet", role: .muted)
            }
        let breaker =
            standing.suspendedSeconds.map {
                DetailLine("Breaker", "open: no call is sent for \($0) s", role: .error)
            } ?? DetailLine("Breaker", "closed: calls are sent")
        return [reach, breaker]
    }

    static func detail(of name: String, in model: ConsoleModel) -> [DetailLine] {
        guard let server = model.server(name) else {
            return [
                DetailLine("Path", ServerRule.path(of: name)), DetailLine("", "It was taken away."),
            ]
        }
        let tools = model.tools(of: name)
        var lines =
            [
                DetailLine("Path", ServerRule.path(of: name)),
                DetailLine("Kind", server.kind),
                DetailLine("Behind it", server.title),
            ] + healthLines(model.standing(of: name))
        if let rule = server.rule, !rule.command.isEmpty {
            let words = rule.isSharedChild ? "one for all sessions" : "one for each session"
            lines.append(DetailLine("Processes", words))
        }
        if let credential = server.rule?.credential {
            lines.append(DetailLine("Credential", credential.source))
            lines.append(DetailLine("Shown as", "\(credential.field): \(credential.prefix)…"))
        }
        lines.append(DetailLine("Tools", "\(tools.count) seen"))
        return lines
            + tools.filter { $0.pending != nil }.prefix(20).enumerated().map { index, tool in
                DetailLine(index == 0 ? "Changed" : "", tool.tool, role: .warn)
            }
    }
}

/// One server as a row shows it.
struct ShownServer: Equatable {
    /// Empty for the one on `/mcp`.
    var name: String
    /// Nil where the built-in tools answer.
    var rule: UpstreamRule?

    var kind: String {
        guard let rule else { return "built-in" }
        return rule.command.isEmpty ? "http" : "command"
    }

    var title: String { rule?.title ?? "the gate's own tools" }
}

extension ConsoleModel {
    /// The main server first, then the named ones in the policy's order.
    var servers: [ShownServer] {
        guard let document = policy?.document else { return [] }
        return [ShownServer(name: "", rule: document.upstream)]
            + document.servers.map { ShownServer(name: $0.name, rule: $0.upstream) }
    }

    func server(_ name: String) -> ShownServer? {
        servers.first { $0.name.utf8.elementsEqual(name.utf8) }
    }

    /// Nil for a server that is not reached over HTTP.
    func standing(of server: String) -> UpstreamStanding? {
        status?.upstreams.first { $0.server.utf8.elementsEqual(server.utf8) }
    }

    func tools(of server: String) -> [ToolStanding] {
        (tools ?? []).filter { $0.server.utf8.elementsEqual(server.utf8) }
    }
}
