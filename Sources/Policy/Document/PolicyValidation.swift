extension PolicyDocument {
    /// Everything that is wrong with the document, in its own order; empty when it may be enforced.
    ///
    /// Looks at no clock: an entry or a key that has expired is not a problem.
    package func problems() -> [PolicyProblem] {
        var inspection = PolicyInspection()
        inspection.inspect(allowlist, path: "allowlist")
        inspection.inspect(denylist, path: "denylist")
        inspection.inspect(browser)
        inspection.inspect(authentication.keys)
        inspection.inspect(limits)
        inspection.inspect(upstream)
        return inspection.problems
    }
}

/// Collects problems while it walks through a document.
private struct PolicyInspection {
    private(set) var problems: [PolicyProblem] = []

    private mutating func report(_ path: String, _ message: String) {
        problems.append(PolicyProblem(path: path, message: message))
    }

    private mutating func requireCount(_ count: Int, atMost limit: Int, path: String) {
        if count > limit { report(path, "has \(count) entries; at most \(limit) are allowed") }
    }

    private mutating func require(_ moment: Timestamp?, path: String) {
        if let moment, !moment.isRepresentable {
            report(path, "must lie in the years 1970…9999")
        }
    }

    // MARK: Address lists

    mutating func inspect(_ entries: [AddressEntry], path: String) {
        requireCount(entries.count, atMost: PolicyBounds.entryCountMax, path: path)
        var firstIndexes: [AddressPrefix: Int] = [:]
        for (index, entry) in entries.prefix(PolicyBounds.entryCountMax).enumerated() {
            let entryPath = "\(path)[\(index)]"
            if let first = firstIndexes[entry.prefix] {
                report(
                    "\(entryPath).prefix",
                    "\(entry.prefix) is already in the list, as \(path)[\(first)]"
                )
            } else {
                firstIndexes[entry.prefix] = index
            }
            inspect(entry, path: entryPath)
        }
    }

    private mutating func inspect(_ entry: AddressEntry, path: String) {
        if !entry.prefix.isCanonical {
            report("\(path).prefix", "is not a network in canonical form")
        }
        if let reason = entry.reason,
            let problem = OperatorText.problem(reason, length: 1...PolicyBounds.reasonLengthMax)
        {
            report("\(path).reason", "a reason \(problem)")
        }
        require(entry.expires, path: "\(path).expires")
    }

    // MARK: Browser rules

    mutating func inspect(_ browser: BrowserRules) {
        inspect(
            browser.allowedHosts,
            path: "browser.allowedHosts",
            countMax: PolicyBounds.hostCountMax,
            advice: "must be a lower-case host without port, such as gate.example or [::1]; a"
                + " wildcard is not accepted"
        ) { text in
            guard let host = HostPort(Array(text.utf8)) else { return false }
            return host.isPlain && host.port == nil
        }
        inspect(
            browser.allowedOrigins,
            path: "browser.allowedOrigins",
            countMax: PolicyBounds.originCountMax,
            advice: "must be an exact lower-case origin without path, such as"
                + " https://app.example or http://localhost:3000; a wildcard is not accepted"
        ) { WebOrigin(parsing: $0) != nil }
    }

    private mutating func inspect(
        _ texts: [String],
        path: String,
        countMax: Int,
        advice: String,
        isValid: (String) -> Bool
    ) {
        requireCount(texts.count, atMost: countMax, path: path)
        var seen: Set<[UInt8]> = []
        for (index, text) in texts.prefix(countMax).enumerated() {
            if !isValid(text) {
                report("\(path)[\(index)]", advice)
            } else if !seen.insert(Array(text.utf8)).inserted {
                report("\(path)[\(index)]", "\(text) is already in the list")
            }
        }
    }

    // MARK: Keys

    mutating func inspect(_ keys: [KeyRecord]) {
        let path = "authentication.keys"
        requireCount(keys.count, atMost: PolicyBounds.keyCountMax, path: path)
        var ids: Set<KeyID> = []
        var digests: Set<SecretDigest> = []
        for (index, key) in keys.prefix(PolicyBounds.keyCountMax).enumerated() {
            let keyPath = "\(path)[\(index)]"
            inspect(key, path: keyPath)
            if !ids.insert(key.id).inserted {
                report("\(keyPath).id", "another key has the same id")
            }
            for (number, secret) in key.secrets.enumerated()
            where !digests.insert(secret.digest).inserted {
                report(
                    "\(keyPath).secrets[\(number)].digest",
                    "the same secret is used twice; every key needs its own"
                )
            }
        }
    }

    private mutating func inspect(_ key: KeyRecord, path: String) {
        if !key.id.isWellFormed {
            report("\(path).id", "must be eight letters and digits")
        }
        let nameLength = 1...PolicyBounds.keyNameLengthMax
        if let problem = OperatorText.problem(key.name, length: nameLength) {
            report("\(path).name", "a name \(problem)")
        }
        require(key.created, path: "\(path).created")
        require(key.expires, path: "\(path).expires")
        inspect(key.secrets, path: "\(path).secrets")
    }

    private mutating func inspect(_ secrets: [KeySecret], path: String) {
        if secrets.isEmpty || secrets.count > PolicyBounds.secretsPerKeyMax {
            report(path, "must be one secret, or two while a rotation is in its grace window")
        }
        for (index, secret) in secrets.enumerated() {
            let secretPath = "\(path)[\(index)]"
            require(secret.created, path: "\(secretPath).created")
            require(secret.retires, path: "\(secretPath).retires")
            if index == 0 && secret.retires != nil {
                report("\(secretPath).retires", "the first secret is the live one; leave it out")
            }
            if index > 0 && secret.retires == nil {
                report("\(secretPath).retires", "a superseded secret needs the moment it ends")
            }
        }
    }

    // MARK: Limits and upstream

    mutating func inspect(_ limits: LimitRules) {
        inspect(limits.perAddress, path: "limits.perAddress")
        inspect(limits.perKey, path: "limits.perKey")
        require(
            limits.blockSeconds,
            in: 0...PolicyBounds.blockSecondsMax,
            path: "limits.blockSeconds"
        )
        require(
            Int64(limits.bodyBytesMax),
            in: 1...Int64(PolicyBounds.bodyBytesMax),
            path: "limits.bodyBytesMax"
        )
    }

    private mutating func inspect(_ rule: RateRule, path: String) {
        require(
            Int64(rule.requestsPerMinute),
            in: 1...Int64(PolicyBounds.rateMax),
            path: "\(path).requestsPerMinute"
        )
        require(Int64(rule.burst), in: 1...Int64(PolicyBounds.burstMax), path: "\(path).burst")
    }

    private mutating func require(_ value: Int64, in range: ClosedRange<Int64>, path: String) {
        if !range.contains(value) {
            report(path, "must be \(range.lowerBound)…\(range.upperBound), not \(value)")
        }
    }

    mutating func inspect(_ upstream: UpstreamRule?) {
        guard let upstream, UpstreamAddress(parsing: upstream.url) == nil else { return }
        report(
            "upstream.url",
            "must be http://HOST:PORT/PATH, such as http://127.0.0.1:9000/mcp, without user,"
                + " query or fragment, and not a link-local address"
        )
    }
}

extension AddressPrefix {
    /// Whether the length fits the family and no bit is set after it.
    fileprivate var isCanonical: Bool {
        (0...(network.isV4 ? 32 : 128)).contains(length) && network.masked(to: length) == network
    }
}
