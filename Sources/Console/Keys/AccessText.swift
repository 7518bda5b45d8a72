import Policy

/// What a key may do, as it is typed and read back in forms and details.
enum AccessText {
    static let everything = "all"
    static let anywhere = "anywhere"
    static let everyKey = "as every key"

    /// `read_* !read_secret`; `all` where nothing is restricted.
    static func patterns(_ rules: PatternRules) -> String {
        let words = rules.allow + rules.deny.map { "!\($0)" }
        return words.isEmpty ? everything : words.joined(separator: " ")
    }

    static func networks(_ networks: [AddressPrefix]) -> String {
        networks.isEmpty ? anywhere : networks.map(\.description).joined(separator: " ")
    }

    static func rate(_ rate: RateRule?) -> String {
        rate.map { "\($0.requestsPerMinute):\($0.burst)" } ?? everyKey
    }

    // MARK: Reading

    static func patterns(from text: String) -> PatternRules {
        let words = words(of: text == everything ? "" : text)
        return PatternRules(
            allow: words.filter { !$0.hasPrefix("!") },
            deny: words.filter { $0.hasPrefix("!") }.map { String($0.dropFirst()) }
        )
    }

    static func networks(from text: String) throws(AddressProblem) -> [AddressPrefix] {
        var networks: [AddressPrefix] = []
        for word in words(of: text == anywhere ? "" : text) {
            networks.append(try AddressPrefix(parsing: word))
        }
        return networks
    }

    /// `120` or `120:30`; nil when it is neither, nor says that every key's rate counts.
    static func rate(from text: String) -> RateRule?? {
        if text.isEmpty || text == everyKey { return .some(nil) }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 2, let rate = number(parts[0]) else { return nil }
        guard parts.count == 2 else { return RateRule(requestsPerMinute: rate, burst: rate) }
        guard let burst = number(parts[1]) else { return nil }
        return RateRule(requestsPerMinute: rate, burst: burst)
    }

    private static func number(_ text: Substring) -> Int? {
        guard (1...9).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) })
        else { return nil }
        return Int(text)
    }

    private static func words(of text: String) -> [String] {
        text.split { $0 == " " || $0 == "," }.map(String.init)
    }
}

extension AccessRules {
    /// One line for each thing that can be restricted.
    var lines: [DetailLine] {
        [
            DetailLine("Tools", AccessText.patterns(tools)),
            DetailLine("Methods", AccessText.patterns(methods)),
            DetailLine("From", AccessText.networks(networks)),
            DetailLine("Rate", AccessText.rate(rate)),
        ]
    }
}
