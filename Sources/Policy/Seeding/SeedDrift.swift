extension EnvironmentSeed {
    /// Where the environment differs from the policy in force, one sentence each.
    ///
    /// The policy wins; the sentences are for the operator. Keys are compared by `digest`, SHA-256
    /// that is, and passwords not at all, only their users.
    package func compare(
        with policy: PolicyDocument,
        digest: (Secret) -> SecretDigest
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
        drift.compare("SSE_MAX_CONNECTIONS", streamsMax, limits.concurrency.streams)
        if let allowlist {
            drift.compareSets(
                "HTTP_IP_WHITELIST",
                Set(allowlist),
                Set(policy.allowlist.map(\.prefix)),
                of: "allowlist"
            )
        }
        compareBrowserRules(with: policy, in: &drift)
        if let trustedProxies {
            drift.compareSets(
                "TRUSTED_PROXIES",
                Set(trustedProxies),
                Set(policy.proxies.trusted),
                of: "list of trusted proxies"
            )
        }
        for credential in credentials {
            if let user = credential.username {
                drift.compareUser(user, policy.authentication.keys)
            } else {
                drift.compareKey(
                    credential.variable,
                    digest(credential.secret),
                    policy.authentication.keys
                )
            }
        }
        return drift.sentences
    }

    private func compareBrowserRules(with policy: PolicyDocument, in drift: inout SeedDrift) {
        if allowedHosts != nil {
            drift.compareSets(
                "ALLOWED_HOSTS",
                Set(document().browser.allowedHosts),
                Set(policy.browser.allowedHosts),
                of: "list of hosts"
            )
        }
        let rules = policy.browser.crossOrigin
        drift.compare("HTTP_CORS_ENABLED", isCrossOriginEnabled, rules.isEnabled)
        guard isCrossOriginEnabled ?? false, let crossOrigins else { return }
        switch crossOrigins {
        case .any where !rules.allowsAnyOrigin:
            drift.add("HTTP_CORS_ORIGINS is *, but the policy in force allows only some origins")
        case .any: break
        case .listed(let origins):
            drift.compareSets(
                "HTTP_CORS_ORIGINS",
                Set(origins),
                Set(rules.origins),
                of: "list of shared origins"
            )
        }
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

    mutating func add(_ sentence: String) {
        sentences.append(sentence)
    }

    mutating func compareSets<Value: Hashable>(
        _ name: String,
        _ wanted: Set<Value>,
        _ inForce: Set<Value>,
        of list: String
    ) {
        let missing = wanted.subtracting(inForce).count
        let further = inForce.subtracting(wanted).count
        guard missing > 0 || further > 0 else { return }
        add(
            "\(name) differs from the \(list) in force: \(missing) of its entries are not on it,"
                + " and it has \(further) that the variable does not name"
        )
    }

    mutating func compareUser(_ user: String, _ keys: [KeyRecord]) {
        let isKnown = keys.contains {
            $0.state != .revoked && ($0.username?.utf8.elementsEqual(user.utf8) ?? false)
        }
        if !isKnown { add("HTTP_BASIC_USERNAME is not the user of any key in force") }
    }

    mutating func compareKey(_ name: String, _ digest: SecretDigest, _ keys: [KeyRecord]) {
        let holder = keys.first { $0.secrets.contains { $0.digest == digest } }
        guard let holder else {
            sentences.append("\(name) is not the secret of any key in force")
            return
        }
        if holder.state != .enabled {
            sentences.append("\(name) belongs to key \(holder.id), which is \(holder.state)")
        } else if holder.secrets.first?.digest != digest {
            sentences.append("\(name) is a superseded secret of key \(holder.id)")
        }
    }
}
