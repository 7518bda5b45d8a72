import Admin
import ArgumentParser
import Policy

/// Edits the list of those who may come in.
struct AllowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "allow",
        abstract: "Edit the allowlist: who may come in; while it is empty, everyone may.",
        subcommands: [
            EntryAddCommand<Allowlist>.self, EntryRemoveCommand<Allowlist>.self,
            EntryListCommand<Allowlist>.self,
        ],
        defaultSubcommand: EntryListCommand<Allowlist>.self
    )
}

/// Edits the list of those who may never come in.
struct DenyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deny",
        abstract: "Edit the denylist: who may never come in, whatever the allowlist says.",
        subcommands: [
            EntryAddCommand<Denylist>.self, EntryRemoveCommand<Denylist>.self,
            EntryListCommand<Denylist>.self,
        ],
        defaultSubcommand: EntryListCommand<Denylist>.self
    )
}

/// Which list a command edits.
protocol AddressListChoice: Sendable {
    static var list: AddressList { get }
    /// What an empty list means.
    static var empty: String { get }
}

enum Allowlist: AddressListChoice {
    static let list = AddressList.allowlist
    static let empty = "The allowlist is empty: every address may come in."
}

enum Denylist: AddressListChoice {
    static let list = AddressList.denylist
    static let empty = "The denylist is empty."
}

/// Puts an address or network on a list.
struct EntryAddCommand<Choice: AddressListChoice>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "add",
            abstract: "Put an address or network on the \(Choice.list.rawValue)."
        )
    }

    @Argument(
        help: ArgumentHelp("An address, or a network such as 10.0.0.0/8.", valueName: "prefix"),
        transform: ArgumentText.prefix
    )
    var prefix: AddressPrefix

    @Option(name: .customLong("for"), help: "How long, e.g. 1h; for ever unless given.")
    var lifetime: DurationArgument?

    @OptionGroup var why: ReasonOption
    @OptionGroup var options: OperatorOptions

    func run() async throws {
        let entry = AddressEntry(
            prefix: prefix,
            reason: why.reason,
            expires: lifetime.map { Timestamp.ofSystem.advanced(bySeconds: $0.seconds) }
        )
        try await options.edit(.addEntry(Choice.list, entry), reason: why.reason)
    }
}

/// Takes an address or network off a list.
struct EntryRemoveCommand<Choice: AddressListChoice>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "remove",
            abstract: "Take an address or network off the \(Choice.list.rawValue)."
        )
    }

    @Argument(
        help: ArgumentHelp("As it is on the list.", valueName: "prefix"),
        transform: ArgumentText.prefix
    )
    var prefix: AddressPrefix

    @OptionGroup var why: ReasonOption
    @OptionGroup var options: OperatorOptions

    func run() async throws {
        try await options.edit(.removeEntry(Choice.list, prefix), reason: why.reason)
    }
}

/// Shows a list.
struct EntryListCommand<Choice: AddressListChoice>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "list",
            abstract: "Show the \(Choice.list.rawValue)."
        )
    }

    @OptionGroup var options: OperatorOptions

    func run() async throws {
        let document = try await options.withService { try await $0.policy().document }
        let entries = document[Choice.list]
        if options.json { return try CommandOutput.json(entries) }
        try CommandOutput.table(
            ["NETWORK", "EXPIRES", "REASON"],
            entries.map { entry in
                [
                    "\(entry.prefix)", entry.expires.map { "\($0)" } ?? "never",
                    entry.reason ?? "-",
                ]
            },
            empty: Choice.empty
        )
    }
}
