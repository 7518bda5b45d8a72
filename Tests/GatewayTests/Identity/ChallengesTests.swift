import MCP
import Policy
import Testing

@testable import Gateway

@Suite struct ChallengesTests {
    private let rules = TokenForge.rules

    private func challenges(
        tokens: TokenRules?,
        keys: [KeyRecord] = []
    ) -> Challenges {
        Challenges(
            AuthenticationRules(keys: keys, tokens: tokens),
            resource: tokens.flatMap { ProtectedResource($0) }
        )
    }

    private var basicKey: KeyRecord {
        KeyRecord(
            id: KeyID("basic001"),
            name: "b",
            created: TokenForge.now,
            secrets: [],
            scheme: .basic,
            username: "b"
        )
    }

    private static let metadata =
        "https://gate.example/.well-known/oauth-protected-resource/mcp"

    @Test func `a missing credential is told where to find out and what to ask for`() {
        #expect(
            challenges(tokens: rules).missing == [
                #"Bearer scope="mcp:read mcp:write", resource_metadata="\#(Self.metadata)""#
            ]
        )
    }

    @Test func `a bad credential is also told that it is one, and nothing more`() {
        #expect(
            challenges(tokens: rules).invalid == [
                #"Bearer error="invalid_token", scope="mcp:read mcp:write", "#
                    + #"resource_metadata="\#(Self.metadata)""#
            ]
        )
    }

    @Test func `every way that has a credential is offered`() {
        let basic = #"Basic realm="gatehouse", charset="UTF-8""#
        #expect(challenges(tokens: nil).missing == [#"Bearer realm="gatehouse""#])
        #expect(challenges(tokens: nil, keys: [basicKey]).invalid.last == basic)
        #expect(challenges(tokens: rules, keys: [basicKey]).missing.last == basic)
        #expect(challenges(tokens: rules, keys: [basicKey]).missing.count == 2)
    }

    @Test func `a token that lacks scopes is told all of them in one challenge`() {
        let value = challenges(tokens: rules).insufficientScope(needed: ["mcp:write", "mcp:all"])
        #expect(
            value == #"Bearer error="insufficient_scope", scope="mcp:write mcp:all", "#
                + #"resource_metadata="\#(Self.metadata)", "#
                + #"error_description="The access token does not cover this call""#
        )
        let any = challenges(tokens: rules).insufficientScope(needed: [])
        #expect(any.contains(#"scope="mcp:read mcp:write""#))
    }

    @Test func `nothing in a scope can end the header's quotes`() {
        var rules = rules
        rules.scopes = [
            TokenScopeRule(scope: #"a", realm="x"#), TokenScopeRule(scope: "a\r\nb"),
            TokenScopeRule(scope: "offline_access"), TokenScopeRule(scope: "good"),
        ]
        let challenges = challenges(tokens: rules)
        #expect(challenges.missing[0].hasPrefix(#"Bearer scope="good", "#))
        #expect(challenges.insufficientScope(needed: ["b\"c"]).contains(#"scope="good""#))
    }
}

@Suite struct ProtectedResourceTests {
    private func isServed(_ path: String, by resource: ProtectedResource?) -> Bool {
        let bytes = Array(path.utf8)
        return bytes.withUnsafeBytes {
            resource?.isServed(at: 0..<bytes.count, of: RawSpan(_unsafeBytes: $0)) == true
        }
    }

    @Test func `the document is what RFC 9728 asks for`() throws {
        let resource = try #require(ProtectedResource(TokenForge.rules))
        #expect(
            String(decoding: resource.document, as: UTF8.self)
                == #"{"resource":"https://gate.example/mcp","#
                + #""authorization_servers":["https://issuer.example"],"#
                + #""scopes_supported":["mcp:read","mcp:write"],"#
                + #""bearer_methods_supported":["header"]}"#
        )
    }

    @Test(arguments: [
        ("/.well-known/oauth-protected-resource", true),
        ("/.well-known/oauth-protected-resource/mcp", true),
        ("/.well-known/oauth-protected-resource/public/mcp", true),
        ("/.well-known/oauth-protected-resource/servers/files/mcp", true),
        ("/.well-known/oauth-protected-resource/servers/other/mcp", false),
        ("/.well-known/oauth-protected-resource/", false),
        ("/.well-known/oauth-protected-resource/mcp/", false),
        ("/.well-known/oauth-protected-resourcemcp", false),
        ("/.well-known/oauth-authorization-server", false),
        ("/mcp", false),
        ("", false),
    ])
    func `serves the document at both well-known places of every endpoint`(
        path: String,
        expected: Bool
    ) {
        var rules = TokenForge.rules
        rules.audience = "https://gate.example/public/mcp"
        let resource = ProtectedResource(rules, serverNames: ["files"])
        #expect(isServed(path, by: resource) == expected)
    }

    private static let audiences: [(String, String?)] = [
        ("https://gate.example", "https://gate.example/.well-known/oauth-protected-resource"),
        ("https://gate.example/", "https://gate.example/.well-known/oauth-protected-resource"),
        (
            "http://127.0.0.1:8080/mcp",
            "http://127.0.0.1:8080/.well-known/oauth-protected-resource/mcp"
        ),
        ("urn:gate", nil), ("https://", nil), ("https:///mcp", nil), ("https://a@b/mcp", nil),
        ("https://a/mcp?x", nil), ("https://a/mcp#x", nil), ("https://a/\"", nil),
        ("ftp://a/mcp", nil), ("", nil), ("https://a/\r\nx: y", nil),
    ]

    @Test(arguments: audiences)
    func `the metadata stand where the audience says`(audience: String, expected: String?) {
        var rules = TokenForge.rules
        rules.audience = audience
        #expect(ProtectedResource(rules)?.metadataURL == expected)
    }
}
