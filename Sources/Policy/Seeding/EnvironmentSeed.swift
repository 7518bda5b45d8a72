/// What the environment or a `.env` file says, by the names that operators know.
///
/// Nil means that the variable is not set. An empty `HTTP_API_KEY` or `HTTP_IP_WHITELIST` counts
/// as not set; any other empty value is a problem.
package struct EnvironmentSeed: Equatable, Sendable {
    /// `SERVER_HOST`: a host name or an address.
    package var host: String?
    /// `SERVER_PORT`: 1…65,535.
    package var port: Int?
    /// `HTTP_AUTH_ENABLED`.
    package var isAuthenticationRequired: Bool?
    /// `HTTP_API_KEY`; who starts the gate digests it and adds it to the document.
    package var apiKey: Secret?
    /// `HTTP_RATE_LIMIT_ENABLED`.
    package var isRateLimitEnabled: Bool?
    /// `MAX_REQUESTS_PER_MINUTE`, for each address and for each key; 1…60,000,000.
    package var requestsPerMinute: Int?
    /// `MAX_PAYLOAD_SIZE`: 1…1,073,741,824 bytes.
    package var bodyBytesMax: Int?
    /// `HTTP_IP_WHITELIST`.
    package var allowlist: [AddressPrefix]?
    /// `ENABLE_DEBUG_MESSAGES`.
    package var isDebugLoggingEnabled: Bool?

    /// Every name that `read` looks at.
    package static let names = [
        "SERVER_HOST", "SERVER_PORT", "HTTP_AUTH_ENABLED", "HTTP_AUTH_METHOD", "HTTP_API_KEY",
        "HTTP_RATE_LIMIT_ENABLED", "MAX_REQUESTS_PER_MINUTE", "MAX_PAYLOAD_SIZE",
        "HTTP_IP_WHITELIST", "ENABLE_DEBUG_MESSAGES",
    ]

    package init() {}

    /// Reads the environment; names that are not in `names` are ignored.
    ///
    /// - Throws: Every value that cannot be used, with its name and what is allowed.
    package static func read(_ values: [String: String]) throws(SeedProblems) -> Self {
        var reader = SeedReader(values)
        var seed = Self()
        seed.host = reader.host("SERVER_HOST")
        seed.port = reader.integer("SERVER_PORT", in: 1...65_535)
        seed.isAuthenticationRequired = reader.bool("HTTP_AUTH_ENABLED")
        reader.requireAPIKeyMethod("HTTP_AUTH_METHOD")
        seed.apiKey = reader.apiKey("HTTP_API_KEY")
        seed.isRateLimitEnabled = reader.bool("HTTP_RATE_LIMIT_ENABLED")
        seed.requestsPerMinute = reader.integer(
            "MAX_REQUESTS_PER_MINUTE",
            in: 1...PolicyBounds.rateMax
        )
        seed.bodyBytesMax = reader.integer(
            "MAX_PAYLOAD_SIZE",
            in: 1...PolicyBounds.bodyBytesMax
        )
        seed.allowlist = reader.prefixes("HTTP_IP_WHITELIST")
        seed.isDebugLoggingEnabled = reader.bool("ENABLE_DEBUG_MESSAGES")
        guard reader.problems.isEmpty else { throw SeedProblems(reader.problems) }
        return seed
    }

    /// The first policy: the defaults, with what the environment says put in; without any key.
    ///
    /// A rate from the environment is the burst too, as far as bursts go. A host that is neither
    /// loopback nor a wildcard joins the allowed hosts, because clients will name it.
    package func document() -> PolicyDocument {
        var document = PolicyDocument()
        document.authentication.isRequired = isAuthenticationRequired ?? true
        document.limits.isRateLimitEnabled = isRateLimitEnabled ?? true
        document.isDebugLoggingEnabled = isDebugLoggingEnabled ?? false
        if let rule = rateRule {
            document.limits.perAddress = rule
            document.limits.perKey = rule
        }
        if let bodyBytesMax { document.limits.bodyBytesMax = bodyBytesMax }
        document.allowlist = (allowlist ?? []).map {
            AddressEntry(prefix: $0, reason: "from HTTP_IP_WHITELIST")
        }
        if let name = servedHostName, !document.browser.allowedHosts.contains(name) {
            document.browser.allowedHosts.append(name)
        }
        return document
    }

    private var rateRule: RateRule? {
        requestsPerMinute.map {
            RateRule(requestsPerMinute: $0, burst: min($0, PolicyBounds.burstMax))
        }
    }

    /// The host as a `Host` field names it; nil for wildcards.
    private var servedHostName: String? {
        guard let host else { return nil }
        guard let address = IPAddress(parsing: host) else { return host }
        if address.isUnspecified { return nil }
        return address.isV4 ? address.description : "[\(address)]"
    }
}

extension EnvironmentSeed {
    /// Where the environment differs from the policy in force, one sentence each.
    ///
    /// The policy wins; the sentences are for the operator. `apiKeyDigest` is the digest of
    /// `apiKey`; nil leaves the key out of the comparison.
    package func compare(
        with policy: PolicyDocument,
        apiKeyDigest: SecretDigest? = nil
    ) -> [String] {
        var drift = SeedDrift()
        let limits = policy.limits
        drift.compare(
            "HTTP_AUTH_ENABLED",
            isAuthenticationRequired,
            policy.authentication.isRequired
        )
        drift.compare("HTTP_RATE_LIMIT_ENABLED", isRateLimitEnabled, limits.isRateLimitEnabled)
        drift.compare(
            "MAX_REQUESTS_PER_MINUTE",
            requestsPerMinute,
            limits.perAddress.requestsPerMinute,
            of: " for each address"
        )
        drift.compare(
            "MAX_REQUESTS_PER_MINUTE",
            requestsPerMinute,
            limits.perKey.requestsPerMinute,
            of: " for each key"
        )
        drift.compare("MAX_PAYLOAD_SIZE", bodyBytesMax, limits.bodyBytesMax)
        drift.compare("ENABLE_DEBUG_MESSAGES", isDebugLoggingEnabled, policy.isDebugLoggingEnabled)
        if let allowlist { drift.compareAllowlist(allowlist, policy.allowlist) }
        if let apiKeyDigest { drift.compareKey(apiKeyDigest, policy.authentication.keys) }
        return drift.sentences
    }
}

/// Collects the differences.
private struct SeedDrift {
    private(set) var sentences: [String] = []

    mutating func compare<Value: Equatable>(
        _ name: String,
        _ wanted: Value?,
        _ inForce: Value,
        of whom: String = ""
    ) {
        guard let wanted, wanted != inForce else { return }
        sentences.append(
            "\(name) is \(wanted) in the environment, but the policy in force says"
                + " \(inForce)\(whom)"
        )
    }

    mutating func compareAllowlist(_ wanted: [AddressPrefix], _ entries: [AddressEntry]) {
        let listed = Set(entries.map(\.prefix))
        let missing = wanted.filter { !listed.contains($0) }.count
        let further = listed.subtracting(wanted).count
        guard missing > 0 || further > 0 else { return }
        sentences.append(
            "HTTP_IP_WHITELIST differs from the allowlist in force: \(missing) of its networks"
                + " are not on the list, and the list has \(further) that it does not name"
        )
    }

    mutating func compareKey(_ digest: SecretDigest, _ keys: [KeyRecord]) {
        let holder = keys.first { $0.secrets.contains { $0.digest == digest } }
        guard let holder else {
            sentences.append("HTTP_API_KEY is not the secret of any key in force")
            return
        }
        if holder.state != .enabled {
            sentences.append("HTTP_API_KEY belongs to key \(holder.id), which is \(holder.state)")
        } else if holder.secrets.first?.digest != digest {
            sentences.append("HTTP_API_KEY is a superseded secret of key \(holder.id)")
        }
    }
}
