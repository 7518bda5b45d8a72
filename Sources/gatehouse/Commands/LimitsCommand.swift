import Admin
import ArgumentParser
import Policy

/// Shows and sets how much is allowed.
struct LimitsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "limits",
        abstract: "Show and set how much is allowed.",
        subcommands: [LimitsShowCommand.self, LimitsSetCommand.self],
        defaultSubcommand: LimitsShowCommand.self
    )
}

/// Shows the limits in force.
struct LimitsShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show the limits in force."
    )

    @OptionGroup var options: OperatorOptions

    func run() async throws {
        let limits = try await options.withService { try await $0.policy().document.limits }
        if options.json { return try CommandOutput.json(limits) }
        try CommandOutput.facts(limits.facts)
    }
}

/// Changes the limits that are given and keeps the others.
struct LimitsSetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Change the limits that are given; keep the others."
    )

    @Option(
        help: ArgumentHelp("Whether rates are limited at all.", valueName: "on|off"),
        transform: ArgumentText.onOff
    )
    var rateLimit: Bool?

    @Option(help: ArgumentHelp("Requests a minute of one address.", valueName: "count"))
    var perAddress: Int?

    @Option(help: ArgumentHelp("Requests of one address at once.", valueName: "count"))
    var addressBurst: Int?

    @Option(help: ArgumentHelp("Requests a minute of one key.", valueName: "count"))
    var perKey: Int?

    @Option(help: ArgumentHelp("Requests of one key at once.", valueName: "count"))
    var keyBurst: Int?

    @Option(help: ArgumentHelp("How long a violator is blocked; 0 for not.", valueName: "seconds"))
    var block: Int64?

    @Option(help: ArgumentHelp("The largest body.", valueName: "bytes"))
    var body: Int?

    @OptionGroup var why: ReasonOption
    @OptionGroup var options: OperatorOptions

    func validate() throws {
        let numbers = [perAddress, addressBurst, perKey, keyBurst, body]
        guard rateLimit != nil || block != nil || numbers.contains(where: { $0 != nil }) else {
            throw ValidationError("Give at least one limit, e.g. --per-address 120.")
        }
    }

    private func changed(_ limits: LimitRules) -> LimitRules {
        LimitRules(
            isRateLimitEnabled: rateLimit ?? limits.isRateLimitEnabled,
            perAddress: RateRule(
                requestsPerMinute: perAddress ?? limits.perAddress.requestsPerMinute,
                burst: addressBurst ?? limits.perAddress.burst
            ),
            perKey: RateRule(
                requestsPerMinute: perKey ?? limits.perKey.requestsPerMinute,
                burst: keyBurst ?? limits.perKey.burst
            ),
            blockSeconds: block ?? limits.blockSeconds,
            bodyBytesMax: body ?? limits.bodyBytesMax
        )
    }

    func run() async throws {
        let outcome = try await options.withService { service in
            let policy = try await service.policy()
            return try await service.apply(
                .setLimits(changed(policy.document.limits)),
                base: policy.number,
                reason: why.reason
            )
        }
        if options.json { return try CommandOutput.json(outcome) }
        try outcome.print()
    }
}

extension LimitRules {
    var facts: [(name: String, value: String)] {
        [
            ("Rate limit", isRateLimitEnabled ? "on" : "off: nobody is limited"),
            ("Per address", perAddress.text),
            ("Per key", perKey.text),
            ("Block", blockSeconds == 0 ? "none" : DurationText.text(seconds: blockSeconds)),
            ("Body", "at most \(bodyBytesMax) bytes"),
        ]
    }
}

extension RateRule {
    fileprivate var text: String { "\(requestsPerMinute) a minute, \(burst) at once" }
}
