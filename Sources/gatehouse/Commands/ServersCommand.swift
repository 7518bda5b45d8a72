import Admin
import ArgumentParser
import Policy

/// Puts further MCP servers behind the gate, each on a path of its own.
struct ServersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "servers",
        abstract: "Put further MCP servers behind the gate, each on /servers/NAME/mcp.",
        subcommands: [
            ServersAddCommand.self, ServersRemoveCommand.self, ServersListCommand.self,
        ],
        defaultSubcommand: ServersListCommand.self
    )
}

/// Adds a server, or changes the one of that name.
struct ServersAddCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Add a server, or put it in the place of the one with its name."
    )

    @Argument(help: "1 to 32 lower-case letters, digits and hyphens.")
    var name: String

    @Option(help: "Its address, e.g. http://127.0.0.1:9000/mcp.")
    var url: String?

    @Flag(help: "All sessions share one child; only for a command that keeps no state.")
    var shared = false

    @Option(
        help: ArgumentHelp(
            "Where the secret is that the gate shows it: file:/ABSOLUTE/PATH or env:NAME.",
            valueName: "source"
        )
    )
    var credential: String?

    @Option(help: "The field, or for a command the variable, that holds the secret.")
    var credentialField: String?

    @Option(help: "What stands before the secret, e.g. 'Bearer '.")
    var credentialPrefix: String?

    @Argument(
        parsing: .postTerminator,
        help: "After --, a command that speaks over standard input and output."
    )
    var command: [String] = []

    @OptionGroup var why: ReasonOption
    @OptionGroup var options: OperatorOptions

    func validate() throws {
        guard (url == nil) != command.isEmpty else {
            throw ValidationError("Give either --url or a command after --.")
        }
        guard credential != nil || (credentialField == nil && credentialPrefix == nil) else {
            throw ValidationError("Give --credential too: it says where the secret is.")
        }
        guard !shared || !command.isEmpty else {
            throw ValidationError("--shared is for a command; leave it out.")
        }
    }

    func run() async throws {
        let rule = ServerRule(name: name, upstream: upstream)
        try await options.edit(.setServer(rule), reason: why.reason)
    }

    private var upstream: UpstreamRule {
        var rule =
            url.map { UpstreamRule(url: $0) }
            ?? UpstreamRule(command: command, isSharedChild: shared)
        rule.credential = credential.map { source in
            var credential = UpstreamCredential(source: source)
            credential.field = credentialField ?? credential.field
            // A variable holds the bare secret.
            credential.prefix = credentialPrefix ?? (command.isEmpty ? credential.prefix : "")
            return credential
        }
        return rule
    }
}

/// Takes a server away.
struct ServersRemoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Take a server away."
    )

    @Argument(help: "The server's name.")
    var name: String

    @OptionGroup var why: ReasonOption
    @OptionGroup var options: OperatorOptions

    func run() async throws {
        try await options.edit(.removeServer(name), reason: why.reason)
    }
}

/// Lists what is behind the gate.
struct ServersListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List what is behind the gate, and on which path."
    )

    @OptionGroup var options: OperatorOptions

    func run() async throws {
        let document = try await options.withService { try await $0.policy().document }
        let lines =
            [ServerLine(name: nil, path: "/mcp", upstream: document.upstream)]
            + document.servers.map { server in
                ServerLine(
                    name: server.name,
                    path: ServerRule.path(of: server.name),
                    upstream: server.upstream
                )
            }
        if options.json { return try CommandOutput.json(lines) }
        try CommandOutput.table(
            ["PATH", "CREDENTIAL", "BEHIND IT"],
            lines.map(\.cells),
            empty: "Nothing is behind the gate."
        )
    }
}

/// One server as `servers list --json` prints it.
struct ServerLine: Encodable {
    /// Absent for the one on `/mcp`.
    var name: String?
    var path: String
    /// Absent where the built-in tools answer.
    var upstream: UpstreamRule?

    var cells: [String] {
        [path, upstream?.credential?.source ?? "-", upstream?.title ?? "the built-in tools"]
    }
}
