/// How much is allowed.
package struct LimitRules: Equatable, Sendable, Codable {
    package var isRateLimitEnabled: Bool
    package var perAddress: RateRule
    package var perKey: RateRule
    /// How long a violator is blocked, 0…86,400 seconds; 0 means a refusal and no block.
    package var blockSeconds: Int64
    /// 1…1,073,741,824.
    package var bodyBytesMax: Int
    /// Rates of single tools, for each principal; the first pattern that fits counts.
    ///
    /// At most 1,000.
    package var perTool: [ToolRateRule]
    /// Of all clients together, for each upstream; nil for no such limit.
    package var perUpstream: RateRule?
    package var concurrency: ConcurrencyRules
    /// Request and response bytes of one principal in a minute, at most 1 TiB; 0 for no such limit.
    package var bytesPerMinute: Int64

    package init(
        isRateLimitEnabled: Bool = true,
        perAddress: RateRule = RateRule(),
        perKey: RateRule = RateRule(),
        blockSeconds: Int64 = 60,
        bodyBytesMax: Int = 1_048_576,
        perTool: [ToolRateRule] = [],
        perUpstream: RateRule? = nil,
        concurrency: ConcurrencyRules = ConcurrencyRules(),
        bytesPerMinute: Int64 = 0
    ) {
        self.isRateLimitEnabled = isRateLimitEnabled
        self.perAddress = perAddress
        self.perKey = perKey
        self.blockSeconds = blockSeconds
        self.bodyBytesMax = bodyBytesMax
        self.perTool = perTool
        self.perUpstream = perUpstream
        self.concurrency = concurrency
        self.bytesPerMinute = bytesPerMinute
    }
}

/// How much may happen at the same time, at most 100,000 of each; 0 means no such limit.
package struct ConcurrencyRules: Equatable, Sendable, Codable {
    /// Open connections; at least 1.
    package var connections: Int
    /// Open connections of one address.
    package var connectionsPerAddress: Int
    /// Calls under way of one principal.
    package var requestsPerPrincipal: Int
    /// Event streams open, of all clients.
    package var streams: Int
    /// Event streams open of one principal.
    package var streamsPerPrincipal: Int
    /// An event loop that is later than this refuses new calls with 503.
    ///
    /// At most 60,000; 0 for never.
    package var loopLagMillisecondsMax: Int

    package init(
        connections: Int = 10_000,
        connectionsPerAddress: Int = 256,
        requestsPerPrincipal: Int = 0,
        streams: Int = 1000,
        streamsPerPrincipal: Int = 64,
        loopLagMillisecondsMax: Int = 500
    ) {
        self.connections = connections
        self.connectionsPerAddress = connectionsPerAddress
        self.requestsPerPrincipal = requestsPerPrincipal
        self.streams = streams
        self.streamsPerPrincipal = streamsPerPrincipal
        self.loopLagMillisecondsMax = loopLagMillisecondsMax
    }
}

/// The rate of the tools whose name fits a pattern.
package struct ToolRateRule: Equatable, Sendable, Codable {
    /// As in `PatternRules`.
    package var pattern: String
    package var rate: RateRule

    package init(pattern: String, rate: RateRule) {
        self.pattern = pattern
        self.rate = rate
    }
}

/// A steady rate with a burst, enforced by the generic cell rate algorithm.
package struct RateRule: Equatable, Hashable, Sendable, Codable {
    /// 1…60,000,000.
    package var requestsPerMinute: Int
    /// Requests that may arrive at once; 1…1,000,000.
    package var burst: Int

    package init(requestsPerMinute: Int = 60, burst: Int = 60) {
        self.requestsPerMinute = requestsPerMinute
        self.burst = burst
    }
}
