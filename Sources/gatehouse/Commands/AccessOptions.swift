import ArgumentParser
import Policy

/// What a principal may do; what is not given stays as it is.
struct AccessOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Tools it may call, e.g. 'read_*,list_*'; '' for all.",
            valueName: "names"
        ),
        transform: ArgumentText.words
    )
    var tools: [String]?

    @Option(
        help: ArgumentHelp("Tools it may not call, whatever is allowed.", valueName: "names"),
        transform: ArgumentText.words
    )
    var denyTools: [String]?

    @Option(
        help: ArgumentHelp("Methods it may use, e.g. 'tools/*'; '' for all.", valueName: "names"),
        transform: ArgumentText.words
    )
    var methods: [String]?

    @Option(
        help: ArgumentHelp("Methods it may not use, whatever is allowed.", valueName: "names"),
        transform: ArgumentText.words
    )
    var denyMethods: [String]?

    @Option(
        help: ArgumentHelp("Networks it may call from; '' for anywhere.", valueName: "networks"),
        transform: ArgumentText.prefixes
    )
    var from: [AddressPrefix]?

    @Option(
        help: ArgumentHelp(
            "Requests a minute, 120:30 for 30 at once; none for the rate of every key.",
            valueName: "rate"
        ),
        transform: ArgumentText.rateOrNone
    )
    var rate: RateChoice?

    var isEmpty: Bool {
        tools == nil && denyTools == nil && methods == nil && denyMethods == nil && from == nil
            && rate == nil
    }

    func changed(_ access: AccessRules) -> AccessRules {
        AccessRules(
            methods: PatternRules(
                allow: methods ?? access.methods.allow,
                deny: denyMethods ?? access.methods.deny
            ),
            tools: PatternRules(
                allow: tools ?? access.tools.allow,
                deny: denyTools ?? access.tools.deny
            ),
            networks: from ?? access.networks,
            rate: rate.map(\.rule) ?? access.rate
        )
    }
}

extension AccessRules {
    /// In a few words, for tables.
    var words: String {
        let parts = [
            tools.words("tools"), methods.words("methods"),
            networks.isEmpty ? nil : "from \(networks.words)",
            rate.map(\.words),
        ].compactMap(\.self)
        return parts.isEmpty ? "everything" : parts.joined(separator: "; ")
    }

    var facts: [(name: String, value: String)] {
        [
            ("Tools", tools.words("") ?? "all"),
            ("Methods", methods.words("") ?? "all"),
            ("From", networks.isEmpty ? "anywhere" : networks.words),
            ("Rate", rate?.words ?? "that of every key"),
        ]
    }
}

extension PatternRules {
    /// Nil when nothing is restricted; `name` begins the words.
    fileprivate func words(_ name: String) -> String? {
        let allowed = allow.isEmpty ? nil : allow.joined(separator: ", ")
        let denied = deny.isEmpty ? nil : "not \(deny.joined(separator: ", "))"
        let parts = [allowed, denied].compactMap(\.self)
        guard !parts.isEmpty else { return nil }
        return (name.isEmpty ? "" : "\(name) ") + parts.joined(separator: ", ")
    }
}

extension [AddressPrefix] {
    var words: String { map(\.description).joined(separator: ", ") }
}

extension RateRule {
    var words: String { "\(requestsPerMinute) a minute, \(burst) at once" }
}

extension Bool {
    var onOff: String { self ? "on" : "off" }
}
