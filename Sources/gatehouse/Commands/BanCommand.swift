import Admin
import ArgumentParser
import Policy

/// Shuts addresses out at once, outside the policy and its undo.
struct BanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ban",
        abstract: "Shut addresses out at once, and let them in again.",
        discussion: "A ban is not part of the policy: no rollback lifts it.",
        subcommands: [BanAddCommand.self, BanRemoveCommand.self, BanListCommand.self],
        defaultSubcommand: BanListCommand.self
    )
}

/// Shuts an address or network out.
struct BanAddCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Shut an address or network out."
    )

    @Argument(
        help: ArgumentHelp("An address, or a network such as 10.0.0.0/8.", valueName: "prefix"),
        transform: ArgumentText.prefix
    )
    var prefix: AddressPrefix

    @Option(name: .customLong("for"), help: "How long, e.g. 1h; until it is removed unless given.")
    var lifetime: DurationArgument?

    @OptionGroup var why: ReasonOption
    @OptionGroup var options: OperatorOptions

    func run() async throws {
        let outcome = try await options.withService { service in
            try await service.addBan(prefix, seconds: lifetime?.seconds, reason: why.reason)
        }
        if options.json { return try CommandOutput.json(outcome) }
        let end = lifetime.map { "for \(DurationText.text(seconds: $0.seconds))" }
        try CommandOutput.line(
            "\(outcome.prefix) is banned \(end ?? "until the ban is removed"), obeyed after"
                + " \(EditOutcome.milliseconds(outcome.activationMicroseconds))."
        )
    }
}

/// Lifts a ban, and any automatic block of the same address.
struct BanRemoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Lift a ban, and any automatic block of the same address."
    )

    @Argument(
        help: ArgumentHelp("As it was banned.", valueName: "prefix"),
        transform: ArgumentText.prefix
    )
    var prefix: AddressPrefix

    @OptionGroup var why: ReasonOption
    @OptionGroup var options: OperatorOptions

    func run() async throws {
        let outcome = try await options.withService { service in
            try await service.removeBan(prefix, reason: why.reason)
        }
        if options.json { return try CommandOutput.json(outcome) }
        try CommandOutput.line(
            "\(outcome.prefix) may come in again, obeyed after"
                + " \(EditOutcome.milliseconds(outcome.activationMicroseconds))."
        )
    }
}
