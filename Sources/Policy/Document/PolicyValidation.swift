extension PolicyDocument {
    /// Everything that is wrong with the document, in its own order; empty when it may be enforced.
    ///
    /// Looks at no clock: an entry or a key that has expired is not a problem.
    package func problems() -> [PolicyProblem] {
        var inspection = PolicyInspection()
        inspection.inspect(allowlist, path: "allowlist")
        inspection.inspect(denylist, path: "denylist")
        inspection.inspect(browser)
        inspection.inspect(authentication)
        inspection.inspect(limits)
        inspection.inspect(proxies)
        inspection.inspect(upstream, path: "upstream")
        inspection.inspect(servers)
        inspection.inspect(lockdown)
        return inspection.problems
    }
}

/// Collects problems while it walks through a document.
struct PolicyInspection {
    private(set) var problems: [PolicyProblem] = []

    mutating func report(_ path: String, _ message: String) {
        problems.append(PolicyProblem(path: path, message: message))
    }

    mutating func requireCount(_ count: Int, atMost limit: Int, path: String) {
        if count > limit { report(path, "has \(count) entries; at most \(limit) are allowed") }
    }

    mutating func require(_ moment: Timestamp?, path: String) {
        if let moment, !moment.isRepresentable {
            report(path, "must lie in the years 1970…9999")
        }
    }

    mutating func require(_ value: Int64, in range: ClosedRange<Int64>, path: String) {
        if !range.contains(value) {
            report(path, "must be \(range.lowerBound)…\(range.upperBound), not \(value)")
        }
    }

    /// Words that an operator typed and terminals show; `what` begins the sentence.
    mutating func require(
        _ words: String?,
        length: ClosedRange<Int>,
        path: String,
        what: String
    ) {
        if let words, let problem = OperatorText.problem(words, length: length) {
            report(path, "\(what) \(problem)")
        }
    }

    /// Networks without further words: canonical, each once.
    mutating func inspect(_ networks: [AddressPrefix], path: String) {
        requireCount(networks.count, atMost: PolicyBounds.networkCountMax, path: path)
        var seen: Set<AddressPrefix> = []
        for (index, network) in networks.prefix(PolicyBounds.networkCountMax).enumerated() {
            if !network.isCanonical {
                report("\(path)[\(index)]", "is not a network in canonical form")
            } else if !seen.insert(network).inserted {
                report("\(path)[\(index)]", "\(network) is already in the list")
            }
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
        require(
            entry.reason,
            length: 1...PolicyBounds.reasonLengthMax,
            path: "\(path).reason",
            what: "a reason"
        )
        require(entry.expires, path: "\(path).expires")
    }
}

extension AddressPrefix {
    /// Whether the length fits the family and no bit is set after it.
    fileprivate var isCanonical: Bool {
        (0...(network.isV4 ? 32 : 128)).contains(length) && network.masked(to: length) == network
    }
}
