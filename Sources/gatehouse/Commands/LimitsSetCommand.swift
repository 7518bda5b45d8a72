import Admin
import ArgumentParser
import Policy

/// Changes the limits that are given and keeps the others.
struct LimitsSetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Change the limits that are given; keep the others.",
        discussion: "A count of 0 means no such limit, except of --max-connections."
    )

    @OptionGroup(title: "Rates") var rates: RateOptions
    @OptionGroup(title: "At the same time") var concurrency: ConcurrencyOptions
    @OptionGroup var why: ReasonOption
    @OptionGroup var options: OperatorOptions

    func validate() throws {
        guard !rates.isEmpty || !concurrency.isEmpty else {
            throw ValidationError("Give at least one limit, e.g. --per-address 120.")
        }
    }

    func run() async throws {
        try await options.edit(reason: why.reason) { document in
            var limits = document.limits
            rates.change(&limits)
            concurrency.change(&limits.concurrency)
            return .setLimits(limits)
        }
    }
}

/// How much may come in a time, and how large.
struct RateOptions: ParsableArguments {
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

    @Option(
        help: ArgumentHelp(
            "Calls a minute of some tools, e.g. 'write_*=10:2', none for no limit; may be given"
                + " again.",
            valueName: "pattern=rate"
        ),
        transform: ArgumentText.toolRate
    )
    var perTool: [ToolRateChoice] = []

    @Option(
        help: ArgumentHelp("Requests a minute of all to one upstream, or none.", valueName: "rate"),
        transform: ArgumentText.rateOrNone
    )
    var perUpstream: RateChoice?

    @Option(help: ArgumentHelp("How long a violator is blocked; 0 for not.", valueName: "seconds"))
    var block: Int64?

    @Option(help: ArgumentHelp("The largest body.", valueName: "bytes"))
    var body: Int?

    @Option(help: ArgumentHelp("Bytes of one client in a minute.", valueName: "bytes"))
    var bytesPerMinute: Int64?

    var isEmpty: Bool {
        let counts = [perAddress, addressBurst, perKey, keyBurst, body]
        return rateLimit == nil && block == nil && bytesPerMinute == nil && perUpstream == nil
            && perTool.isEmpty && counts.allSatisfy { $0 == nil }
    }

    func change(_ limits: inout LimitRules) {
        limits.isRateLimitEnabled = rateLimit ?? limits.isRateLimitEnabled
        limits.perAddress.requestsPerMinute = perAddress ?? limits.perAddress.requestsPerMinute
        limits.perAddress.burst = addressBurst ?? limits.perAddress.burst
        limits.perKey.requestsPerMinute = perKey ?? limits.perKey.requestsPerMinute
        limits.perKey.burst = keyBurst ?? limits.perKey.burst
        if let perUpstream { limits.perUpstream = perUpstream.rule }
        limits.blockSeconds = block ?? limits.blockSeconds
        limits.bodyBytesMax = body ?? limits.bodyBytesMax
        limits.bytesPerMinute = bytesPerMinute ?? limits.bytesPerMinute
        for choice in perTool { Self.apply(choice, to: &limits.perTool) }
    }

    /// A pattern keeps its place, because the first that fits counts; a new one comes last.
    private static func apply(_ choice: ToolRateChoice, to rules: inout [ToolRateRule]) {
        let index = rules.firstIndex { $0.pattern.utf8.elementsEqual(choice.pattern.utf8) }
        switch (index, choice.rule) {
        case (let index?, let rate?): rules[index].rate = rate
        case (let index?, nil): rules.remove(at: index)
        case (nil, let rate?): rules.append(ToolRateRule(pattern: choice.pattern, rate: rate))
        case (nil, nil): break
        }
    }
}

/// How much may happen at the same time.
struct ConcurrencyOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Open connections.", valueName: "count"))
    var maxConnections: Int?

    @Option(help: ArgumentHelp("Open connections of one address.", valueName: "count"))
    var connectionsPerAddress: Int?

    @Option(help: ArgumentHelp("Calls under way of one client.", valueName: "count"))
    var concurrent: Int?

    @Option(help: ArgumentHelp("Event streams of all clients.", valueName: "count"))
    var streams: Int?

    @Option(help: ArgumentHelp("Event streams of one client.", valueName: "count"))
    var streamsPerClient: Int?

    @Option(
        help: ArgumentHelp(
            "An event loop later than this refuses calls.",
            valueName: "milliseconds"
        )
    )
    var loopLag: Int?

    var isEmpty: Bool {
        [maxConnections, connectionsPerAddress, concurrent, streams, streamsPerClient, loopLag]
            .allSatisfy { $0 == nil }
    }

    func change(_ rules: inout ConcurrencyRules) {
        rules.connections = maxConnections ?? rules.connections
        rules.connectionsPerAddress = connectionsPerAddress ?? rules.connectionsPerAddress
        rules.requestsPerPrincipal = concurrent ?? rules.requestsPerPrincipal
        rules.streams = streams ?? rules.streams
        rules.streamsPerPrincipal = streamsPerClient ?? rules.streamsPerPrincipal
        rules.loopLagMillisecondsMax = loopLag ?? rules.loopLagMillisecondsMax
    }
}
