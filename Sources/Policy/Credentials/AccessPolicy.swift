import MCP

/// What a principal may do, compiled: the sum of one or more grants.
///
/// A call is allowed when one grant allows all of it. The grants of a token's scopes are not mixed:
/// the tools of one are not opened by the networks of another.
///
/// Nil in its place means that everything is allowed, so that a call of a principal without rules
/// costs one comparison.
package final class AccessPolicy: Equatable, Sendable {
    /// For a token without any scope of the policy.
    package static let nothing = AccessPolicy(grants: [])

    private let grants: [Grant]
    /// The principal's own rate; nil means the rate for every key.
    ///
    /// Of several grants the highest, if any has one.
    package let rate: RateRule?

    /// Compiles rules; nil when they allow everything and set no rate.
    package convenience init?(_ rules: AccessRules) {
        guard rules != AccessRules() else { return nil }
        self.init(grants: [Grant(rules)])
    }

    private init(grants: [Grant]) {
        self.grants = grants
        rate = grants.compactMap(\.rules.rate).max { $0.requestsPerMinute < $1.requestsPerMinute }
    }

    /// What the grants of several policies allow together; nil when one of them allows everything.
    package static func sum(_ policies: [AccessPolicy?]) -> AccessPolicy? {
        guard policies.count != 1 else { return policies[0] }
        var grants: [Grant] = []
        for policy in policies {
            guard let policy else { return nil }
            grants += policy.grants
        }
        return grants.isEmpty ? .nothing : AccessPolicy(grants: grants)
    }

    /// Whether it allows nothing, wherever the call comes from.
    package var isEmpty: Bool { grants.isEmpty }

    /// Whether it may call anything at all from there.
    package func allows(client: ClientAddress) -> Bool {
        grants.contains { $0.allows(client) }
    }

    /// Whether it may call a method that names no tool.
    package func allows(method: RawSpan, from client: ClientAddress) -> Bool {
        grants.contains { $0.methods.allows(method) && $0.allows(client) }
    }

    /// Whether it may call a tool, and so whether it may know of it.
    package func allows(tool: RawSpan, from client: ClientAddress) -> Bool {
        grants.contains { $0.allowsToolCalls && $0.tools.allows(tool) && $0.allows(client) }
    }

    package func allows(tool: String, from client: ClientAddress) -> Bool {
        let bytes = Array(tool.utf8)
        return allows(tool: unsafe bytes.span.bytes, from: client)
    }

    package static func == (left: AccessPolicy, right: AccessPolicy) -> Bool {
        left === right || left.grants.map(\.rules) == right.grants.map(\.rules)
    }
}

/// One set of rules, compiled; a reference, because every call walks over them.
private final class Grant: Sendable {
    let rules: AccessRules
    let methods: NameRules
    let tools: NameRules
    /// Whether the method that calls tools is among the methods.
    let allowsToolCalls: Bool
    /// Nil when it is good from anywhere.
    private let networks: PrefixTable?

    init(_ rules: AccessRules) {
        self.rules = rules
        methods = NameRules(rules.methods)
        tools = NameRules(rules.tools)
        allowsToolCalls = methods.allows(text: "tools/call")
        networks =
            rules.networks.isEmpty ? nil : PrefixTable(rules.networks.map { ($0, nil) })
    }

    func allows(_ client: ClientAddress) -> Bool {
        guard let networks else { return true }
        return networks.match(client.address, at: Timestamp(millisecondsSince1970: 0)) != nil
    }
}

extension NameRules {
    fileprivate func allows(text: String) -> Bool {
        let bytes = Array(text.utf8)
        return allows(unsafe bytes.span.bytes)
    }
}
