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
        try await options.show(\.limits, facts: \.facts)
    }
}

extension LimitRules {
    var facts: [(name: String, value: String)] {
        let tools = perTool.map { "\($0.pattern): \($0.rate.words)" }
        return [
            ("Rate limit", isRateLimitEnabled ? "on" : "off: nobody is limited"),
            ("Per address", perAddress.words),
            ("Per key", perKey.words),
            ("Per tool", tools.isEmpty ? "no limit" : tools.joined(separator: "; ")),
            ("Per upstream", perUpstream?.words ?? "no limit"),
            ("Block", blockSeconds == 0 ? "none" : DurationText.text(seconds: blockSeconds)),
            ("Body", "at most \(bodyBytesMax) bytes"),
            ("Bytes a minute", bytesPerMinute == 0 ? "no limit" : "\(bytesPerMinute)"),
        ] + concurrency.facts
    }
}

extension ConcurrencyRules {
    fileprivate var facts: [(name: String, value: String)] {
        func words(_ count: Int) -> String { count == 0 ? "no limit" : "\(count)" }
        let lag = loopLagMillisecondsMax
        return [
            ("Connections", "\(connections), \(words(connectionsPerAddress)) of one address"),
            ("Calls of one client", words(requestsPerPrincipal)),
            ("Streams", "\(words(streams)), \(words(streamsPerPrincipal)) of one client"),
            ("Overload", lag == 0 ? "never refused" : "refused when \(lag) ms late"),
        ]
    }
}
