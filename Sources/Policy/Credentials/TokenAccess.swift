/// What access tokens open under one policy.
package final class TokenAccess: Sendable {
    package let rules: TokenRules
    /// In the order of `rules.scopes`.
    private let scopes: [AccessPolicy?]

    package init(_ rules: TokenRules) {
        self.rules = rules
        scopes = rules.scopes.map { AccessPolicy($0.access) }
    }

    /// What a token with these of `rules.scopes` may do; nothing when there is none.
    ///
    /// Positions that are none are ignored.
    package func access(ofScopesAt positions: [Int]) -> AccessPolicy? {
        AccessPolicy.sum(positions.filter(scopes.indices.contains).map { scopes[$0] })
    }
}
