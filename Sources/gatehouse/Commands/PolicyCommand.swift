import ArgumentParser

/// Looks at the policy, its past, and what a file would make of it.
struct PolicyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "Look at the policy, check a file, compare and roll back revisions.",
        subcommands: [
            PolicyShowCommand.self, PolicyCheckCommand.self, PolicyDiffCommand.self,
            PolicyHistoryCommand.self, PolicyRollbackCommand.self, PolicyExportCommand.self,
        ],
        defaultSubcommand: PolicyShowCommand.self
    )
}
