import MCP

/// `PatternRules` compiled: which names are allowed.
struct NameRules: Sendable {
    private let allow: NameSet
    private let deny: NameSet
    private let allowsByDefault: Bool

    init(_ rules: PatternRules) {
        allow = NameSet(rules.allow)
        deny = NameSet(rules.deny)
        allowsByDefault = rules.allow.isEmpty
    }

    func allows(_ name: RawSpan) -> Bool {
        (allowsByDefault || allow.contains(name)) && !deny.contains(name)
    }
}

/// Names and patterns; a name is found by a binary search, patterns are tried in turn.
private struct NameSet: Sendable {
    private let names: TextTable
    private let patterns: [NamePattern]

    init(_ texts: [String]) {
        let star = UInt8(ascii: "*")
        names = TextTable(texts.filter { !$0.utf8.contains(star) })
        patterns = texts.filter { $0.utf8.contains(star) }.map(NamePattern.init)
    }

    func contains(_ name: RawSpan) -> Bool {
        names.contains(name, 0..<name.byteCount) || patterns.contains { $0.matches(name) }
    }
}
