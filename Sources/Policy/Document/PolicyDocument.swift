/// Everything an operator may change while the gate runs, as one value.
///
/// A document says what is wanted; `PolicySnapshot` is the same thing compiled for the data plane.
package struct PolicyDocument: Equatable, Sendable, Codable {
    /// Who may come in; empty means everyone.
    package var allowlist: [AddressEntry]
    /// Who may never come in; it wins over the allowlist.
    package var denylist: [AddressEntry]
    package var browser: BrowserRules
    package var authentication: AuthenticationRules
    package var limits: LimitRules
    /// Where calls go; nil means the built-in tools answer.
    package var upstream: UpstreamRule?
    /// Whether debug messages are logged.
    package var isDebugLoggingEnabled: Bool

    package init(
        allowlist: [AddressEntry] = [],
        denylist: [AddressEntry] = [],
        browser: BrowserRules = BrowserRules(),
        authentication: AuthenticationRules = AuthenticationRules(),
        limits: LimitRules = LimitRules(),
        upstream: UpstreamRule? = nil,
        isDebugLoggingEnabled: Bool = false
    ) {
        self.allowlist = allowlist
        self.denylist = denylist
        self.browser = browser
        self.authentication = authentication
        self.limits = limits
        self.upstream = upstream
        self.isDebugLoggingEnabled = isDebugLoggingEnabled
    }
}

/// One line of an address list.
package struct AddressEntry: Equatable, Sendable, Codable {
    package var prefix: AddressPrefix
    /// The operator's words; at most 200 characters.
    package var reason: String?
    /// When the line stops counting; nil means never.
    package var expires: Timestamp?

    package init(prefix: AddressPrefix, reason: String? = nil, expires: Timestamp? = nil) {
        self.prefix = prefix
        self.reason = reason
        self.expires = expires
    }
}

/// Which `Host` and `Origin` values a request may carry.
package struct BrowserRules: Equatable, Sendable, Codable {
    /// Host names without port, compared by ASCII-folded bytes; IPv6 in brackets.
    package var allowedHosts: [String]
    /// Exact origins such as `https://app.example`.
    ///
    /// One without a port whose host is a loopback name stands for every port.
    package var allowedOrigins: [String]

    package init(
        allowedHosts: [String] = ["localhost", "127.0.0.1", "[::1]"],
        allowedOrigins: [String] = [
            "http://localhost", "http://127.0.0.1", "http://[::1]",
            "https://localhost", "https://127.0.0.1", "https://[::1]",
        ]
    ) {
        self.allowedHosts = allowedHosts
        self.allowedOrigins = allowedOrigins
    }
}

/// Who must show what.
package struct AuthenticationRules: Equatable, Sendable, Codable {
    /// When false everyone is anonymous, and every screen says so.
    package var isRequired: Bool
    /// At most 100,000.
    package var keys: [KeyRecord]

    package init(isRequired: Bool = true, keys: [KeyRecord] = []) {
        self.isRequired = isRequired
        self.keys = keys
    }
}

/// How much is allowed.
package struct LimitRules: Equatable, Sendable, Codable {
    package var isRateLimitEnabled: Bool
    package var perAddress: RateRule
    package var perKey: RateRule
    /// How long a violator is blocked, 0…86,400 seconds; 0 means a refusal and no block.
    package var blockSeconds: Int64
    /// 1…1,073,741,824.
    package var bodyBytesMax: Int

    package init(
        isRateLimitEnabled: Bool = true,
        perAddress: RateRule = RateRule(),
        perKey: RateRule = RateRule(),
        blockSeconds: Int64 = 60,
        bodyBytesMax: Int = 1_048_576
    ) {
        self.isRateLimitEnabled = isRateLimitEnabled
        self.perAddress = perAddress
        self.perKey = perKey
        self.blockSeconds = blockSeconds
        self.bodyBytesMax = bodyBytesMax
    }
}

/// A steady rate with a burst, enforced by the generic cell rate algorithm.
package struct RateRule: Equatable, Sendable, Codable {
    /// 1…60,000,000.
    package var requestsPerMinute: Int
    /// Requests that may arrive at once; 1…1,000,000.
    package var burst: Int

    package init(requestsPerMinute: Int = 60, burst: Int = 60) {
        self.requestsPerMinute = requestsPerMinute
        self.burst = burst
    }
}

/// One upstream MCP server.
package struct UpstreamRule: Equatable, Sendable, Codable {
    /// An `http://HOST:PORT/PATH` address, such as `http://127.0.0.1:9000/mcp`.
    package var url: String

    package init(url: String) {
        self.url = url
    }
}
