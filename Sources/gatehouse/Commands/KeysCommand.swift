import ArgumentParser

/// Makes, lists and ends keys: API keys, bearer tokens and passwords.
struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Make, list, rotate and end API keys, bearer tokens and passwords.",
        subcommands: [
            KeysCreateCommand.self, KeysListCommand.self, KeysShowCommand.self,
            KeysAccessCommand.self, KeysRotateCommand.self, KeysDisableCommand.self,
            KeysEnableCommand.self, KeysRevokeCommand.self,
        ],
        defaultSubcommand: KeysListCommand.self
    )
}
