import ArgumentParser

/// Makes, lists and ends API keys.
struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Make, list, rotate and end API keys.",
        subcommands: [
            KeysCreateCommand.self, KeysListCommand.self, KeysRotateCommand.self,
            KeysDisableCommand.self, KeysEnableCommand.self, KeysRevokeCommand.self,
        ],
        defaultSubcommand: KeysListCommand.self
    )
}
