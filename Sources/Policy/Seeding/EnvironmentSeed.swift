/// What the environment or a `.env` file says, by the names that operators know.
///
/// Nil means that the variable is not set. An empty list, secret or user name counts as not set; any
/// other empty value is a problem.
package struct EnvironmentSeed: Equatable, Sendable {
    /// `SERVER_HOST`: a host name or an address.
    package var host: String?
    /// `SERVER_PORT`: 1…65,535.
    package var port: Int?
    /// `TRANSPORT_TYPE`.
    package var transport: SeedTransport?
    /// `HTTP_AUTH_ENABLED`.
    package var isAuthenticationRequired: Bool?
    /// `HTTP_AUTH_METHOD`.
    package var authenticationMethod: KeyRecord.Scheme?
    /// `HTTP_API_KEY`, `HTTP_BEARER_TOKEN`, `HTTP_BASIC_USERNAME` and `HTTP_BASIC_PASSWORD`: those
    /// of the method that is named, or all.
    package var credentials: [SeedCredential] = []
    /// `HTTP_RATE_LIMIT_ENABLED`.
    package var isRateLimitEnabled: Bool?
    /// `MAX_REQUESTS_PER_MINUTE`, for each address and for each key; 1…60,000,000.
    package var requestsPerMinute: Int?
    /// `MAX_PAYLOAD_SIZE`: 1…1,073,741,824 bytes.
    package var bodyBytesMax: Int?
    /// `SSE_MAX_CONNECTIONS`: event streams of all clients together, 1…100,000.
    package var streamsMax: Int?
    /// `HTTP_IP_WHITELIST`.
    package var allowlist: [AddressPrefix]?
    /// `ALLOWED_HOSTS`, in place of the loopback names.
    package var allowedHosts: [String]?
    /// `HTTP_CORS_ENABLED`.
    package var isCrossOriginEnabled: Bool?
    /// `HTTP_CORS_ORIGINS`.
    package var crossOrigins: CrossOrigins?
    /// What `BEHIND_PROXY`, `TRUST_PROXY_HEADERS` and `TRUSTED_PROXIES` come to together.
    package var trustedProxies: [AddressPrefix]?
    /// `ENABLE_DEBUG_MESSAGES`.
    package var isDebugLoggingEnabled: Bool?
    /// What an operator should know of settings that are obeyed, or left aside, one sentence each.
    package var warnings: [String] = []

    /// Every name that `read` looks at.
    package static let names = [
        "SERVER_HOST", "SERVER_PORT", "TRANSPORT_TYPE", "HTTP_AUTH_ENABLED", "HTTP_AUTH_METHOD",
        "HTTP_API_KEY", "HTTP_BEARER_TOKEN", "HTTP_BASIC_USERNAME", "HTTP_BASIC_PASSWORD",
        "HTTP_RATE_LIMIT_ENABLED", "MAX_REQUESTS_PER_MINUTE", "MAX_PAYLOAD_SIZE",
        "SSE_MAX_CONNECTIONS", "HTTP_IP_WHITELIST", "ALLOWED_HOSTS", "HTTP_CORS_ENABLED",
        "HTTP_CORS_ORIGINS", "BEHIND_PROXY", "TRUST_PROXY_HEADERS", "TRUSTED_PROXIES",
        "ENABLE_DEBUG_MESSAGES",
    ]

    package init() {}

    /// Reads the environment; names that are not in `names` are ignored.
    ///
    /// - Throws: Every value that cannot be used, with its name and what is allowed.
    package static func read(_ values: [String: String]) throws(SeedProblems) -> Self {
        var reader = SeedReader(values)
        var seed = Self()
        seed.readServer(&reader)
        seed.readAuthentication(&reader)
        seed.readLimits(&reader)
        seed.readBrowserRules(&reader)
        seed.readProxies(&reader)
        seed.warnings = reader.warnings
        guard reader.problems.isEmpty else { throw SeedProblems(reader.problems) }
        let problems = seed.document().problems()
        guard problems.isEmpty else {
            throw SeedProblems(
                problems.map { SeedProblem(variable: $0.path, message: $0.message) }
            )
        }
        return seed
    }

    private mutating func readServer(_ reader: inout SeedReader) {
        host = reader.host("SERVER_HOST")
        port = reader.integer("SERVER_PORT", in: 1...65_535)
        transport = reader.word("TRANSPORT_TYPE")
        isDebugLoggingEnabled = reader.bool("ENABLE_DEBUG_MESSAGES")
    }

    private mutating func readAuthentication(_ reader: inout SeedReader) {
        isAuthenticationRequired = reader.bool("HTTP_AUTH_ENABLED")
        authenticationMethod = reader.word("HTTP_AUTH_METHOD")
        credentials = reader.credentials(
            of: authenticationMethod,
            isRequired: isAuthenticationRequired ?? true
        )
        if isAuthenticationRequired == false {
            reader.warn("HTTP_AUTH_ENABLED is off: everyone who reaches the gate may pass it")
        }
    }

    private mutating func readLimits(_ reader: inout SeedReader) {
        isRateLimitEnabled = reader.bool("HTTP_RATE_LIMIT_ENABLED")
        requestsPerMinute = reader.integer(
            "MAX_REQUESTS_PER_MINUTE",
            in: 1...PolicyBounds.rateMax
        )
        bodyBytesMax = reader.integer("MAX_PAYLOAD_SIZE", in: 1...PolicyBounds.bodyBytesMax)
        streamsMax = reader.integer("SSE_MAX_CONNECTIONS", in: 1...PolicyBounds.concurrencyMax)
        allowlist = reader.prefixes("HTTP_IP_WHITELIST")
    }

    private mutating func readBrowserRules(_ reader: inout SeedReader) {
        allowedHosts = reader.hosts("ALLOWED_HOSTS")
        isCrossOriginEnabled = reader.bool("HTTP_CORS_ENABLED")
        crossOrigins = reader.origins("HTTP_CORS_ORIGINS")
        if isCrossOriginEnabled ?? false {
            if crossOrigins == nil {
                reader.warn("HTTP_CORS_ENABLED is on, but HTTP_CORS_ORIGINS names no origin")
            } else if crossOrigins == .any {
                reader.warn(
                    "HTTP_CORS_ORIGINS is *: every web page may send requests and read answers"
                )
            }
        } else if crossOrigins != nil {
            reader.warn("HTTP_CORS_ORIGINS is not used, because HTTP_CORS_ENABLED is not on")
        }
    }

    /// Both switches together trust the proxies that are listed, or loopback; a list alone is as
    /// good as both, and one switch that is off is stronger than everything.
    private mutating func readProxies(_ reader: inout SeedReader) {
        let isBehindProxy = reader.bool("BEHIND_PROXY")
        let trustsFields = reader.bool("TRUST_PROXY_HEADERS")
        let listed = reader.proxies("TRUSTED_PROXIES")
        if isBehindProxy == false || trustsFields == false {
            if listed != nil {
                reader.warn(
                    "TRUSTED_PROXIES is not used, because BEHIND_PROXY or TRUST_PROXY_HEADERS is"
                        + " off"
                )
            }
        } else if let listed {
            trustedProxies = listed
        } else if isBehindProxy ?? false, trustsFields ?? false {
            trustedProxies = AddressPrefix.loopback
        }
        guard trustedProxies == nil else { return }
        if isBehindProxy ?? false {
            reader.warn(
                "BEHIND_PROXY is on, but nobody's word about addresses is believed: limits and"
                    + " bans will see the proxy in place of its clients"
            )
        } else if trustsFields ?? false {
            reader.warn("TRUST_PROXY_HEADERS is not used, because BEHIND_PROXY is not on")
        }
    }
}
