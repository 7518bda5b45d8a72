extension PolicyDocument {
    /// What turned `older` into this document, in an operator's words; empty when nothing did.
    package func changes(from older: PolicyDocument) -> [PolicyChange] {
        var difference = PolicyDifference()
        difference.compareLists(.allowlist, older.allowlist, allowlist)
        difference.compareOpenness(older.allowlist, allowlist)
        difference.compareLists(.denylist, older.denylist, denylist)
        difference.compareSets(
            "host",
            older.browser.allowedHosts,
            browser.allowedHosts
        )
        difference.compareSets(
            "origin",
            older.browser.allowedOrigins,
            browser.allowedOrigins
        )
        difference.compare(
            "authentication.isRequired",
            older.authentication.isRequired,
            authentication.isRequired
        )
        difference.compareKeys(older.authentication.keys, authentication.keys)
        difference.compareLimits(older.limits, limits)
        difference.compareTexts("upstream.url", older.upstream?.url, upstream?.url)
        difference.compare(
            "isDebugLoggingEnabled",
            older.isDebugLoggingEnabled,
            isDebugLoggingEnabled
        )
        return difference.changes
    }
}

extension [PolicyChange] {
    /// One line for lists, such as `allowlist +10.0.0.0/8; limits.perKey.burst 60 → 120; 2 more`.
    package var summary: String {
        guard !isEmpty else { return "no change" }
        let shown = prefix(3).map(\.shortText)
        let rest = count - shown.count
        return (shown + (rest > 0 ? ["\(rest) more"] : [])).joined(separator: "; ")
    }
}

extension PolicyChange {
    /// One change in a few words, such as `allowlist +10.0.0.0/8`.
    package var shortText: String {
        let words = subject.split(separator: " ", maxSplits: 1)
        let first = words.first.map(String.init) ?? subject
        let rest = words.count > 1 ? String(words[1]) : ""
        let isListed = words.count > 1
        switch kind {
        case .added:
            return isListed ? "\(first) +\(rest)" : "\(subject) + \(after ?? "")"
        case .removed:
            return isListed ? "\(first) -\(rest)" : "\(subject) - \(before ?? "")"
        case .changed:
            return "\(subject) \(before ?? "none") → \(after ?? "none")"
        }
    }
}

/// Collects changes while it walks through two documents.
private struct PolicyDifference {
    private(set) var changes: [PolicyChange] = []

    private mutating func add(_ subject: String, _ before: String?, _ after: String?) {
        let kind: PolicyChange.Kind =
            before == nil ? .added : after == nil ? .removed : .changed
        changes.append(
            PolicyChange(kind: kind, subject: subject, before: before, after: after)
        )
    }

    mutating func compare(
        _ subject: String,
        _ before: some Equatable & CustomStringConvertible,
        _ after: some Equatable & CustomStringConvertible
    ) {
        compareTexts(subject, before.description, after.description)
    }

    /// By bytes: texts that only look alike are different.
    mutating func compareTexts(_ subject: String, _ before: String?, _ after: String?) {
        if before.map({ Array($0.utf8) }) != after.map({ Array($0.utf8) }) {
            add(subject, before, after)
        }
    }

    mutating func compareSets(_ subject: String, _ before: [String], _ after: [String]) {
        let (old, new) = (Set(before), Set(after))
        for text in before where !new.contains(text) { add("\(subject) \(text)", text, nil) }
        for text in after where !old.contains(text) { add("\(subject) \(text)", nil, text) }
    }

    // MARK: Address lists

    mutating func compareLists(
        _ list: AddressList,
        _ before: [AddressEntry],
        _ after: [AddressEntry]
    ) {
        let old = Self.byPrefix(before)
        let new = Self.byPrefix(after)
        for entry in before where new[entry.prefix] == nil {
            add("\(list) \(entry.prefix)", entry.words, nil)
        }
        for entry in after {
            compareTexts("\(list) \(entry.prefix)", old[entry.prefix]?.words, entry.words)
        }
    }

    /// Says in words when a list begins or ceases to shut others out.
    mutating func compareOpenness(_ before: [AddressEntry], _ after: [AddressEntry]) {
        guard before.isEmpty != after.isEmpty else { return }
        func words(_ list: [AddressEntry]) -> String {
            list.isEmpty ? "everyone" : "only networks on the allowlist"
        }
        add("who may connect", words(before), words(after))
    }

    private static func byPrefix(_ entries: [AddressEntry]) -> [AddressPrefix: AddressEntry] {
        Dictionary(entries.map { ($0.prefix, $0) }, uniquingKeysWith: { first, _ in first })
    }

    // MARK: Keys

    mutating func compareKeys(_ before: [KeyRecord], _ after: [KeyRecord]) {
        let old = Self.byID(before)
        let new = Self.byID(after)
        for key in before where new[key.id] == nil {
            add("key \(key.id)", key.name, nil)
        }
        for key in after {
            guard let previous = old[key.id] else {
                add("key \(key.id)", nil, key.name)
                continue
            }
            compareKey(previous, key)
        }
    }

    private mutating func compareKey(_ before: KeyRecord, _ after: KeyRecord) {
        let subject = "key \(after.id)"
        compareTexts("\(subject) name", before.name, after.name)
        compareTexts("\(subject) state", before.state.rawValue, after.state.rawValue)
        compareTexts("\(subject) expires", before.expiryWords, after.expiryWords)
        if before.secrets != after.secrets {
            add("\(subject) secret", before.secretWords, after.secretWords)
        }
    }

    private static func byID(_ keys: [KeyRecord]) -> [KeyID: KeyRecord] {
        Dictionary(keys.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    // MARK: Limits

    mutating func compareLimits(_ before: LimitRules, _ after: LimitRules) {
        compare("limits.isRateLimitEnabled", before.isRateLimitEnabled, after.isRateLimitEnabled)
        compareRule("limits.perAddress", before.perAddress, after.perAddress)
        compareRule("limits.perKey", before.perKey, after.perKey)
        compare("limits.blockSeconds", before.blockSeconds, after.blockSeconds)
        compare("limits.bodyBytesMax", before.bodyBytesMax, after.bodyBytesMax)
    }

    private mutating func compareRule(_ path: String, _ before: RateRule, _ after: RateRule) {
        compare("\(path).requestsPerMinute", before.requestsPerMinute, after.requestsPerMinute)
        compare("\(path).burst", before.burst, after.burst)
    }
}

extension AddressEntry {
    /// The entry without its network, for a diff.
    fileprivate var words: String {
        let parts = [reason, expires.map { "until \($0)" }].compactMap { $0 }
        return parts.isEmpty ? "listed" : parts.joined(separator: ", ")
    }
}

extension KeyRecord {
    fileprivate var expiryWords: String { expires?.description ?? "never" }

    /// When the live secret was made and until when an old one works; no digest.
    fileprivate var secretWords: String {
        let live = secrets.first.map { "made \($0.created)" } ?? "none"
        let old = secrets.dropFirst().first?.retires.map { ", the old one works until \($0)" }
        return live + (old ?? "")
    }
}
