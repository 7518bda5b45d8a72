import Foundation
import Testing

/// Signed access tokens from a real issuer to a running gate.
@Suite(.serialized, .timeLimit(.minutes(3))) struct TokenTests {
    private typealias Order = TokenIssuer.Order
    private typealias Claims = TokenIssuer.Claims

    private static let metadata =
        #"resource_metadata="https://gate.example/.well-known/oauth-protected-resource/mcp""#
    private static let missing = #"Bearer scope="read admin", "# + metadata
    private static let invalid = #"Bearer error="invalid_token", scope="read admin", "# + metadata
    private static let insufficient =
        #"Bearer error="insufficient_scope", scope="read admin", \#(metadata), "#
        + #"error_description="The access token does not cover this call""#

    private static let good: [String: Order] = [
        "with an elliptic key": Order(),
        "with an RSA key": Order(key: "rsa"),
        "for two audiences": Order(claims: Claims(aud: ["https://x", TokenIssuer.audience])),
        "with a scope nobody knows beside": Order(claims: Claims(scope: "what read")),
    ]

    private static let bad: [String: Order] = [
        "for another audience": Order(claims: Claims(aud: ["https://other.example/mcp"])),
        "for a longer audience": Order(claims: Claims(aud: [TokenIssuer.audience + "/"])),
        "for nobody": Order(claims: Claims(aud: nil)),
        "of another issuer": Order(claims: Claims(iss: "https://evil.example")),
        "of no issuer": Order(claims: Claims(iss: nil)),
        "about nobody": Order(claims: Claims(sub: nil)),
        "that has expired": Order(expires: -1),
        "that never expires": Order(expires: nil),
        "of tomorrow": Order(claims: Claims(nbf: 4_000_000_000), expires: 4_000_000),
        "signed with a key of nobody": Order(key: "thief"),
        "signed with another key of the same name": Order(key: "thief", id: "first"),
        "with the public key as secret": Order(key: "rsa", algorithm: "HS256"),
        "with the elliptic key as secret": Order(key: "first", algorithm: "HS256"),
        "signed by nobody": Order(algorithm: "none"),
        "with other claims than were signed": Order(forge: Claims(sub: "root", scope: "admin")),
        "of one algorithm under the key of another": Order(key: "rsa", id: "first"),
    ]

    private func withGate(
        keys: [String] = ["first", "rsa"],
        arguments: [String] = [],
        _ body: @escaping @Sendable (TestGate, TokenIssuer) async throws -> Void
    ) async throws {
        try await TestFolder.with { folder in
            try await TokenIssuer.with(folder, keys: keys) { issuer in
                try await TestGate.with(folder, arguments: arguments) { gate in
                    try await issuer.trust(by: gate)
                    try await body(gate, issuer)
                }
            }
        }
    }

    // MARK: Verdicts

    @Test func `a token of the issuer for this gate is let in`() async throws {
        try await withGate { gate, issuer in
            let names = Self.good.keys.sorted()
            let tokens = try await issuer.tokens(names.compactMap { Self.good[$0] })
            for (name, token) in zip(names, tokens) {
                let answer = try await gate.ask(token: token)
                #expect(answer.status == 200, "\(name): \(answer)")
            }
        }
    }

    @Test func `any other token is refused, and all in the same words`() async throws {
        try await withGate { gate, issuer in
            let names = Self.bad.keys.sorted()
            let tokens = try await issuer.tokens(names.compactMap { Self.bad[$0] })
            #expect(tokens.count == names.count)
            var bodies: Set<String> = []
            for (name, token) in zip(names, tokens) {
                let answer = try await gate.ask(token: token)
                #expect(answer.status == 401, "\(name): \(answer)")
                #expect(answer.challenges == [Self.invalid], "\(name)")
                bodies.insert(answer.answer.body)
            }
            #expect(bodies.count == 1, "\(bodies)")
            #expect(try await gate.ask(token: issuer.token()).status == 200)
        }
    }

    @Test func `a token counts in Authorization alone, once and whole`() async throws {
        try await withGate { gate, issuer in
            let token = try await issuer.token()
            let field = "Authorization: Bearer \(token)"
            let places: [String: [String]] = [
                "as an API key": ["-H", "X-API-Key: \(token)"],
                "under another scheme": ["-H", "Authorization: Token \(token)"],
                "beside an API key": ["-H", field, "-H", "X-API-Key: \(TestGate.key)"],
                "with a word behind it": ["-H", field + " more"],
                "without its signature": [
                    "-H",
                    "Authorization: Bearer "
                        + token.split(separator: ".").dropLast().joined(separator: "."),
                ],
                "with a byte behind it": ["-H", field + "A"],
                "as a user's password": ["--user", "alice:\(token)"],
            ]
            for (name, options) in places {
                let answer = try await gate.ask(options)
                #expect(answer.status == 401, "\(name): \(answer)")
            }
            // Two of a field that may be there once are no HTTP.
            #expect(try await gate.ask(["-H", field, "-H", field]).status == 400)
            let query = try await gate.ask(path: "/mcp?access_token=\(token)", ["-H", field])
            #expect((400...401).contains(query.status), "\(query)")
            #expect(try await gate.ask(["-H", "authorization: bEaReR \(token)"]).status == 200)
        }
    }

    @Test func `keys that cannot be had let nobody in, and harm no API key`() async throws {
        try await TestFolder.with { folder in
            try await TokenIssuer.with(folder) { issuer in
                let token = try await issuer.token()
                try FileManager.default.removeItem(atPath: "\(folder.path)/keys")
                try await TestGate.with(folder) { gate in
                    try await issuer.trust(by: gate)
                    let answer = try await gate.ask(token: token)
                    #expect(answer.status == 503, "\(answer)")
                    #expect(answer.reason == "verification_unavailable")
                    #expect(answer.challenges.isEmpty)
                    #expect(try await gate.call().status == 200)
                }
            }
        }
    }

    // MARK: Rotation

    @Test func `keys are rotated while the gate runs`() async throws {
        try await withGate(keys: ["first"]) { gate, issuer in
            #expect(try await gate.ask(token: issuer.token()).status == 200)
            try await issuer.publish(["second"])
            let next = try await issuer.token(Order(key: "second"))
            #expect(try await gate.ask(token: next).status == 200)
            let late = try await issuer.token(Order(claims: Claims(sub: "bob")))
            let answer = try await gate.ask(token: late)
            #expect(answer.status == 401, "\(answer)")
        }
    }

    @Test func `tokens that are not accepted any more are refused at once`() async throws {
        try await withGate { gate, issuer in
            let token = try await issuer.token()
            #expect(try await gate.ask(token: token).status == 200)
            #expect(try await gate.command("auth", "tokens", "off").status == 0)
            let answer = try await gate.ask(token: token)
            #expect(answer.status == 401)
            #expect(answer.challenges == [#"Bearer realm="gatehouse""#])
        }
    }

    // MARK: What clients are told

    @Test func `whoever shows nothing is told whom to ask for a token`() async throws {
        try await withGate { gate, _ in
            let answer = try await gate.ask([])
            #expect(answer.status == 401)
            #expect(answer.challenges == [Self.missing])
        }
    }

    @Test func `the gate tells about itself at both places, to everyone`() async throws {
        try await withGate { gate, _ in
            for path in ["", "/mcp"] {
                let answer = try await document(gate, path)
                #expect(answer.status == 200)
                #expect(answer.fields["content-type"] == "application/json")
                let object = try JSONSerialization.jsonObject(with: Data(answer.body.utf8))
                let members = try #require(object as? [String: Any])
                #expect(members["resource"] as? String == TokenIssuer.audience)
                #expect(members["authorization_servers"] as? [String] == [TokenIssuer.name])
                #expect(members["scopes_supported"] as? [String] == ["read", "admin"])
                #expect(members["bearer_methods_supported"] as? [String] == ["header"])
                #expect(members.count == 4)
            }
            for path in ["/", "/mcp/", "/servers/web/mcp", "x", "/mcp%2f"] {
                #expect(try await document(gate, path).status == 404, "\(path)")
            }
            _ = try await gate.command("auth", "tokens", "off")
            #expect(try await document(gate, "/mcp").status == 404)
        }
    }

    private func document(_ gate: TestGate, _ path: String) async throws -> CurlAnswer {
        let place = "/.well-known/oauth-protected-resource\(path)"
        let outcome = try await Programs.run(
            "curl",
            ["--silent", "--include", "--max-time", "20", "http://127.0.0.1:\(gate.port)\(place)"]
        )
        return CurlAnswer(outcome)
    }

    // MARK: Scopes

    @Test func `scopes open the gate's own tools, and no others are seen`() async throws {
        try await withGate { gate, issuer in
            let scopes = ["read", "admin", "what", nil]
            let tokens = try await issuer.tokens(scopes.map { Order(claims: Claims(scope: $0)) })
            let reading = try await gate.ask(token: tokens[0])
            #expect(reading.toolNames == ["get_request_rates", "get_server_time"])
            #expect(try await gate.ask(token: tokens[1]).toolNames.count == 5)
            let called = try await gate.ask(tool: "get_server_time", token: tokens[0])
            #expect(called.status == 200)
            #expect(called.answer.body.contains(#""result""#))
            for (token, tool) in [
                (tokens[0], "list_security_events"), (tokens[0], "no_such_tool"),
                (tokens[2], "get_server_time"), (tokens[3], "get_server_time"),
            ] {
                let answer = try await gate.ask(tool: tool, token: token)
                #expect(answer.status == 403, "\(answer)")
                #expect(answer.reason == "insufficient_scope")
                #expect(answer.challenges == [Self.insufficient])
            }
            #expect(try await gate.ask(token: tokens[3]).toolNames.isEmpty)
        }
    }

    @Test func `scopes open an upstream's tools, and no others are reached`() async throws {
        try await TestFolder.with { folder in
            try await PythonServer.with(folder) { server in
                try await TokenIssuer.with(folder) { issuer in
                    let upstream = ["--upstream", server.url]
                    try await TestGate.with(folder, arguments: upstream) { gate in
                        try await issuer.trust(by: gate, scopes: ["read=count", "admin="])
                        let token = try await issuer.token()
                        #expect(try await gate.ask(token: token).toolNames == ["count"])
                        let answer = try await gate.ask(
                            tool: "echo",
                            arguments: #"{"text":"x"}"#,
                            token: token
                        )
                        #expect(answer.status == 403, "\(answer)")
                        #expect(answer.challenges == [Self.insufficient])
                        #expect(!folder.has("echoed"))
                        let all = try await issuer.token(Order(claims: Claims(scope: "admin")))
                        #expect(
                            try await gate.ask(token: all).toolNames == ["count", "echo", "wait"]
                        )
                        let passed = try await gate.ask(
                            tool: "echo",
                            arguments: #"{"text":"x"}"#,
                            token: all
                        )
                        #expect(passed.status == 200, "\(passed)")
                        #expect(folder.has("echoed"))
                        #expect(!TestGate.errors(folder).contains(token))
                    }
                }
            }
        }
    }
}
