import Admin
import ArgumentParser
import Policy

/// What the servers behind the gate offer, and what of it changed.
struct ToolsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tools",
        abstract: "See which tools changed since they were first seen, and approve them.",
        discussion: "Whether a changed tool is blocked until then is said by: tools pinning.",
        subcommands: [
            ToolsListCommand.self, ToolsDiffCommand.self, ToolsApproveCommand.self,
            ToolsPinningCommand.self,
        ],
        defaultSubcommand: ToolsListCommand.self
    )
}

/// Lists every tool that was ever seen.
struct ToolsListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the tools that were seen, and which of them changed."
    )

    @Flag(help: "Only those that wait for approval.")
    var changed = false

    @OptionGroup var options: OperatorOptions

    func run() async throws {
        let all = try await options.withService { try await $0.toolPins() }
        let tools = changed ? all.filter { $0.pending != nil } : all
        if options.json { return try CommandOutput.json(tools) }
        try CommandOutput.table(
            ["SERVER", "TOOL", "STATE", "VERSION"],
            tools.map { [$0.place, $0.tool, $0.state, ($0.pending ?? $0.pinned).short] },
            empty: changed ? "No tool has changed." : "No tool has been seen yet."
        )
    }
}

/// Shows what changed about one tool.
struct ToolsDiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Show what changed about a tool."
    )

    @OptionGroup var choice: ToolChoice
    @OptionGroup var options: OperatorOptions

    func run() async throws {
        let tool = try await options.withService { try await choice.tool($0) }
        if options.json { return try CommandOutput.json(tool) }
        for line in tool.difference ?? ["it changed; what did is shown once others are approved"] {
            try CommandOutput.line(line)
        }
        if let pending = tool.pending {
            try CommandOutput.line(
                "Approve it with: gatehouse tools approve \(tool.tool)"
                    + (tool.server.isEmpty ? "" : " --server \(tool.server)")
                    + " --version \(pending.short)"
            )
        }
    }
}

/// Pins a changed tool as it is now.
struct ToolsApproveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve",
        abstract: "Approve a changed tool as it is now."
    )

    @OptionGroup var choice: ToolChoice

    @Option(help: "Only if it is this version, as list and diff show it.")
    var version: String?

    @OptionGroup var why: ReasonOption
    @OptionGroup var options: OperatorOptions

    func run() async throws {
        let (before, after) = try await options.withService { service in
            let tool = try await choice.tool(service)
            guard let pending = tool.pending else { throw AdminError.toolUnchanged }
            if let version, version.isEmpty || !pending.description.hasPrefix(version) {
                throw AdminError.toolChangedAgain
            }
            let approved = try await service.approveTool(
                tool.tool,
                of: tool.server,
                digest: pending,
                reason: why.reason
            )
            return (tool, approved)
        }
        if options.json { return try CommandOutput.json(after) }
        for line in before.difference ?? [] { try CommandOutput.line(line) }
        try CommandOutput.line("\(after.tool) is approved as it is now.")
    }
}

/// Says what a changed tool means.
struct ToolsPinningCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pinning",
        abstract: "Say what a changed tool means: nothing, a warning, or a block."
    )

    @Argument(
        help: ArgumentHelp("off, warn or block.", valueName: "mode"),
        transform: ArgumentText.word
    )
    var pinning: ToolRules.Pinning

    @OptionGroup var why: ReasonOption
    @OptionGroup var options: OperatorOptions

    func run() async throws {
        try await options.edit(.setToolRules(ToolRules(pinning: pinning)), reason: why.reason)
    }
}

/// Which changed tool a command is about.
struct ToolChoice: ParsableArguments {
    @Argument(help: ArgumentHelp("The tool.", valueName: "name"))
    var name: String

    @Option(help: "The server that has it; needed when several have a changed tool of that name.")
    var server: String?

    func tool(_ service: any AdminService) async throws -> ToolStanding {
        let candidates = try await service.toolPins().filter { tool in
            tool.pending != nil && tool.tool.isSame(as: name)
                && server.map { tool.server.isSame(as: $0) } ?? true
        }
        guard let tool = candidates.first else { throw AdminError.toolUnchanged }
        guard candidates.count == 1 else {
            let servers = candidates.map { "'\($0.server)'" }.joined(separator: ", ")
            throw ValidationError("Name one of the servers \(servers) with --server.")
        }
        return tool
    }
}

extension ToolStanding {
    fileprivate var place: String { server.isEmpty ? "-" : server }
    fileprivate var state: String { pending == nil ? "as pinned" : "changed" }
}

extension SecretDigest {
    /// Enough of it to tell versions apart.
    fileprivate var short: String { String(description.prefix(16)) }
}

extension String {
    /// Byte for byte: equivalent text is another name.
    fileprivate func isSame(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}
