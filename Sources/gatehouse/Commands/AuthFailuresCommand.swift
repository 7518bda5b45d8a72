import Admin
import ArgumentParser
import Policy

/// Says what follows from failed authentication.
struct AuthFailuresCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "failures",
        abstract: "Say what follows from failed authentication.",
        subcommands: [AuthFailuresShowCommand.self, AuthFailuresSetCommand.self],
        defaultSubcommand: AuthFailuresShowCommand.self
    )
}

/// Shows what follows from failed authentication.
struct AuthFailuresShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show what follows from failed authentication."
    )

    @OptionGroup var options: OperatorOptions

    func run() async throws {
        try await options.show(\.authentication.failures, facts: \.facts)
    }
}

/// Changes what is given and keeps the rest.
struct AuthFailuresSetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Change what is given; keep the rest."
    )

    @Option(help: ArgumentHelp("So many failures ban an address.", valueName: "count"))
    var count: Int?

    @Option(
        help: ArgumentHelp("The time within which they count.", valueName: "time"),
        transform: ArgumentText.seconds
    )
    var window: Int64?

    @Option(
        help: ArgumentHelp(
            "The first ban; each further one is twice as long; 0 for none.",
            valueName: "time"
        ),
        transform: ArgumentText.seconds
    )
    var ban: Int64?

    @Option(
        help: ArgumentHelp("The longest ban.", valueName: "time"),
        transform: ArgumentText.seconds
    )
    var banMax: Int64?

    @Option(
        help: ArgumentHelp(
            "Networks that are never banned so; '' for none.",
            valueName: "networks"
        ),
        transform: ArgumentText.prefixes
    )
    var protect: [AddressPrefix]?

    @OptionGroup var why: ReasonOption
    @OptionGroup var options: OperatorOptions

    func validate() throws {
        let times = [window, ban, banMax]
        guard count != nil || protect != nil || times.contains(where: { $0 != nil }) else {
            throw ValidationError("Give at least one setting, e.g. --count 5.")
        }
    }

    func run() async throws {
        try await options.edit(reason: why.reason) { document in
            let rules = document.authentication.failures
            return .setFailureRules(
                FailureRules(
                    countMax: count ?? rules.countMax,
                    windowSeconds: window ?? rules.windowSeconds,
                    banSeconds: ban ?? rules.banSeconds,
                    banSecondsMax: banMax ?? rules.banSecondsMax,
                    protected: protect ?? rules.protected
                )
            )
        }
    }
}

extension FailureRules {
    var facts: [(name: String, value: String)] {
        let longest = DurationText.text(seconds: banSecondsMax)
        let bans = "\(DurationText.text(seconds: banSeconds)) at first, \(longest) at most"
        return [
            ("Failures", "\(countMax) within \(DurationText.text(seconds: windowSeconds))"),
            ("Ban", banSeconds == 0 ? "none: failures are throttled" : bans),
            ("Never banned", protected.isEmpty ? "nobody" : protected.words),
        ]
    }
}
