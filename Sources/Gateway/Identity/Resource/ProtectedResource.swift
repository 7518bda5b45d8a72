import MCP
package import Policy

/// What the gate tells OAuth clients about itself: RFC 9728, computed once per policy.
///
/// Every document names the same `resource`, the audience that the policy asks tokens for: a client
/// requests its token for exactly that.
package struct ProtectedResource: Sendable {
    private static let wellKnown = Array("/.well-known/oauth-protected-resource".utf8)

    /// The JSON document, the same at every place.
    package let document: [UInt8]
    /// Where clients are told to look: the well-known place for the audience itself.
    package let metadataURL: String
    private let suffixes: [[UInt8]]

    /// Nil when the audience is no absolute `http:` or `https:` URL without query.
    ///
    /// - Parameters:
    ///   - rules: Whose tokens are accepted, and for which audience.
    ///   - serverNames: The further servers, each on `/servers/NAME/mcp`.
    package init?(_ rules: TokenRules, serverNames: [String] = []) {
        guard let audience = AudienceURL(rules.audience) else { return nil }
        metadataURL =
            audience.origin + String(decoding: Self.wellKnown, as: UTF8.self)
            + audience.path
        suffixes =
            ["", "/mcp", audience.path].map { Array($0.utf8) }
            + serverNames.map { Array(ServerRule.path(of: $0).utf8) }
        let document: JSONValue = [
            "resource": .string(rules.audience),
            "authorization_servers": [.string(rules.issuer)],
            "scopes_supported": .array(Self.scopes(of: rules).map(JSONValue.string)),
            "bearer_methods_supported": ["header"],
        ]
        self.document = document.serialized()
    }

    /// Whether the document is to be served at `path`, for `GET` and without a credential.
    package func isServed(at path: Range<Int>, of bytes: RawSpan) -> Bool {
        let wellKnown = Self.wellKnown
        let suffix = path.dropFirst(wellKnown.count)
        guard
            bytes.equals(
                path.prefix(wellKnown.count),
                of: wellKnown.span.bytes,
                in: wellKnown.indices
            )
        else { return false }
        return suffixes.contains { bytes.equals(suffix, of: $0.span.bytes, in: $0.indices) }
    }

    /// The scopes that a client may ask for, fit to stand in a header; `offline_access` is between
    /// the client and the authorization server.
    static func scopes(of rules: TokenRules) -> [String] {
        rules.scopes.map(\.scope).filter {
            isScope($0) && !$0.hasSameBytes(as: "offline_access")
        }
    }

    /// A scope token of RFC 6749 section 3.3: visible, without quote and backslash.
    static func isScope(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy {
                ASCII.isVisible($0) && $0 != ASCII.quote && $0 != ASCII.backslash
            }
    }
}

/// The audience of a policy, taken apart.
private struct AudienceURL {
    let origin: String
    /// Empty, or with a slash before it and none after it.
    let path: String

    init?(_ text: String) {
        guard ProtectedResource.isScope(text),
            !text.utf8.contains(where: { "?#@".utf8.contains($0) }),
            let scheme = ["https://", "http://"].first(where: { text.utf8.starts(with: $0.utf8) })
        else { return nil }
        let rest = text.utf8.dropFirst(scheme.utf8.count)
        let slash = rest.firstIndex(of: ASCII.slash) ?? rest.endIndex
        guard slash > rest.startIndex else { return nil }
        origin = String(text[..<slash])
        var path = rest[slash...]
        while path.last == ASCII.slash { path.removeLast() }
        self.path = String(Substring(path))
    }
}
