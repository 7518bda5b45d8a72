extension PolicyDocument {
    /// What turned `older` into this document, in an operator's words; empty when nothing did.
    package func changes(from older: PolicyDocument) -> [PolicyChange] {
        var difference = PolicyDifference()
        difference.compareEntries(.allowlist, older.allowlist, allowlist)
        difference.compareOpenness(older.allowlist, allowlist)
        difference.compareEntries(.denylist, older.denylist, denylist)
        difference.compareBrowser(older.browser, browser)
        difference.compareAuthentication(older.authentication, authentication)
        LimitRules.compare(older.limits, limits, prefix: "limits.", in: &difference)
        ProxyRules.compare(older.proxies, proxies, prefix: "proxies.", in: &difference)
        difference.compareUpstream("upstream", older.upstream, upstream)
        difference.compareServers(older.servers, servers)
        ToolRules.compare(older.tools, tools, prefix: "tools.", in: &difference)
        difference.compareTexts("lockdown", older.lockdown?.words, lockdown?.words)
        difference.compareTexts(
            "isDebugLoggingEnabled",
            "\(older.isDebugLoggingEnabled)",
            "\(isDebugLoggingEnabled)"
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
struct PolicyDifference {
    private(set) var changes: [PolicyChange] = []

    mutating func add(_ subject: String, _ before: String?, _ after: String?) {
        let kind: PolicyChange.Kind =
            before == nil ? .added : after == nil ? .removed : .changed
        changes.append(
            PolicyChange(kind: kind, subject: subject, before: before, after: after)
        )
    }

    /// By bytes: texts that only look alike are different.
    mutating func compareTexts(_ subject: String, _ before: String?, _ after: String?) {
        if before.map({ Array($0.utf8) }) != after.map({ Array($0.utf8) }) {
            add(subject, before, after)
        }
    }

    mutating func compareSets(_ subject: String, _ before: [String], _ after: [String]) {
        let old = Set(before.map { Array($0.utf8) })
        let new = Set(after.map { Array($0.utf8) })
        for text in before where !new.contains(Array(text.utf8)) {
            add("\(subject) \(text)", text, nil)
        }
        for text in after where !old.contains(Array(text.utf8)) {
            add("\(subject) \(text)", nil, text)
        }
    }

    /// For lists whose order counts: a line when they hold the same in another order.
    mutating func compareOrder(_ subject: String, _ before: [String], _ after: [String]) {
        let (old, new) = (before.map { Array($0.utf8) }, after.map { Array($0.utf8) })
        guard old != new, Set(old) == Set(new) else { return }
        add("\(subject) order", before.joined(separator: ", "), after.joined(separator: ", "))
    }

    /// Walks through what has a name of its own: what went, what came, what stayed.
    mutating func compareNamed<Element, Name: Hashable>(
        _ before: [Element],
        _ after: [Element],
        by name: (Element) -> Name,
        _ compare: (inout Self, Element?, Element?) -> Void
    ) {
        let old = Dictionary(before.map { (name($0), $0) }, uniquingKeysWith: { first, _ in first })
        let new = Dictionary(after.map { (name($0), $0) }, uniquingKeysWith: { first, _ in first })
        for element in before where new[name(element)] == nil { compare(&self, element, nil) }
        for element in after { compare(&self, old[name(element)], element) }
    }
}
