extension EnvironmentSeed {
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
        if let streamsMax { document.limits.concurrency.streams = streamsMax }
        if let trustedProxies { document.proxies.trusted = trustedProxies }
        document.browser.crossOrigin = crossOriginRules
        if let allowedHosts { document.browser.allowedHosts = allowedHosts }
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

    private var crossOriginRules: CrossOriginRules {
        guard isCrossOriginEnabled ?? false else { return CrossOriginRules() }
        switch crossOrigins {
        case nil: return CrossOriginRules(isEnabled: true)
        case .any: return CrossOriginRules(isEnabled: true, allowsAnyOrigin: true)
        case .listed(let origins): return CrossOriginRules(isEnabled: true, origins: origins)
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

/// What an environment would make of a gate without a store.
package struct SeedForecast: Equatable, Sendable {
    /// How the first policy would differ from the defaults; a key stands there by its variable.
    package let changes: [PolicyChange]
    /// What an operator should know, one sentence each.
    package let warnings: [String]
}

extension EnvironmentSeed {
    /// What a first start with this environment would do; nothing of it happens.
    package func forecast() -> SeedForecast {
        let keys = credentials.map { credential in
            PolicyChange(
                kind: .added,
                subject: "key of \(credential.variable)",
                after: credential.scheme.rawValue
            )
        }
        return SeedForecast(
            changes: document().changes(from: PolicyDocument()) + keys,
            warnings: warnings
        )
    }
}
