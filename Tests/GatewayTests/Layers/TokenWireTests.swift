import Foundation
import NIOCore
import Policy
import Telemetry
import Testing

@testable import Gateway

/// Signed access tokens on real connections: what one connection may carry over to its next request.
@Suite(.timeLimit(.minutes(2))) struct TokenWireTests {
    private static let forge = TokenForge.shared

    private static func rules(keySet: String) -> TokenRules {
        TokenRules(
            issuer: TokenForge.rules.issuer,
            audience: TokenForge.rules.audience,
            keySet: keySet,
            scopes: [
                TokenScopeRule(scope: "all"),
                TokenScopeRule(
                    scope: "little",
                    access: AccessRules(tools: PatternRules(allow: ["get_*"]))
                ),
            ]
        )
    }

    /// Runs `body` with a gateway that reads the public keys of the forge from a file.
    private static func withTokens(
        overTLS isSecure: Bool = false,
        _ change: (inout PolicyDocument) -> Void = { _ in },
        _ body: (TestGateway, PolicyDocument) async throws -> Void
    ) async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "k-\(UUID().uuidString)")
        try Data(forge.keySetText.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let document = TestGateway.document {
            $0.authentication.tokens = rules(keySet: file.path())
            change(&$0)
        }
        guard isSecure else {
            return try await TestGateway.with(document) { try await body($0, document) }
        }
        try await TestGateway.withTLS(document) { gateway, _ in try await body(gateway, document) }
    }

    /// A token that is good for ten minutes.
    private static func token(
        scope: String = "all",
        subject: String = "alice",
        audience: String = #""https://gate.example/mcp""#
    ) throws -> String {
        let expiry = GatewayClock.wall().millisecondsSince1970 / 1000 + 600
        let claims = TokenForge.claims(
            audience: audience,
            subject: #""\#(subject)""#,
            expiry: "\(expiry)",
            #","scope":"\#(scope)""#
        )
        return String(decoding: try forge.token(claims: claims), as: UTF8.self)
    }

    private static let call =
        #"{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"list_x","arguments":{}}}"#

    private static func post(_ token: String) -> String {
        Requests.post(call, key: nil, fields: ["Authorization: Bearer \(token)"])
    }

    // MARK: One connection

    @Test func `a scope that is narrowed counts for the next request`() async throws {
        try await Self.withTokens { gateway, document in
            let client = try gateway.client()
            let request = Self.post(try Self.token())
            let open = try client.exchange(request)
            #expect(![401, 403].contains(open.status))
            var narrow = document
            narrow.authentication.tokens?.scopes[0].access.tools.deny = ["list_*"]
            await gateway.activate(narrow, number: 2)
            let closed = try client.exchange(request)
            #expect(closed.status == 403)
            #expect(closed.body.contains("insufficient_scope"))
            await gateway.activate(document, number: 3)
            let reopened = try client.exchange(request)
            #expect(reopened.status == open.status)
        }
    }

    @Test func `an issuer that is not trusted any more is refused at the next request`()
        async throws
    {
        try await Self.withTokens { gateway, document in
            let client = try gateway.client()
            let request = Self.post(try Self.token())
            #expect(try client.exchange(request).status != 401)
            var other = document
            other.authentication.tokens?.issuer = "https://other.example"
            await gateway.activate(other, number: 2)
            #expect(try client.exchange(request).status == 401)
            other.authentication.tokens = nil
            await gateway.activate(other, number: 3)
            #expect(try client.exchange(request).status == 401)
        }
    }

    @Test func `requests that follow on one connection are each judged by their own token`()
        async throws
    {
        try await Self.withTokens { gateway, _ in
            let all = Self.post(try Self.token())
            let little = Self.post(try Self.token(scope: "little"))
            let foreign = Self.post(try Self.token(audience: #""https://other.example""#))
            let client = try gateway.client()
            client.send(little + all + foreign + little + Requests.post(Self.call, key: nil) + all)
            let statuses = try (1...6).map { _ in try client.readResponse().status }
            #expect(statuses.map { $0 == 403 } == [true, false, false, true, false, false])
            #expect(statuses.map { $0 == 401 } == [false, false, true, false, true, false])
        }
    }

    @Test func `streams of one connection are each judged by their own token`() async throws {
        try await Self.withTokens(overTLS: true) { gateway, _ in
            let tokens = [
                try Self.token(), try Self.token(scope: "little"),
                try Self.token(audience: #""https://other.example""#),
            ]
            try await FrameClient.with(gateway) { client in
                let fields = FrameClient.call.filter { $0.0 != "x-api-key" }
                for index in 0..<12 {
                    let field = ("authorization", "Bearer \(tokens[index % 3])")
                    let status = try await client.exchange(
                        fields + [field],
                        body: Self.call,
                        stream: UInt32(index * 2 + 1)
                    ).status
                    #expect((status == 403) == (index % 3 == 1), "\(index)")
                    #expect((status == 401) == (index % 3 == 2), "\(index)")
                }
            }
        }
    }

    @Test func `a client that leaves while its token is judged harms nobody`() async throws {
        try await Self.withTokens { gateway, _ in
            for number in 1...8 {
                let client = try gateway.client()
                client.send(Self.post(try Self.token(subject: "user-\(number)")))
                client.reset()
            }
            let status = try gateway.client().exchange(Self.post(try Self.token())).status
            #expect(![401, 403, 503].contains(status))
        }
    }

    // MARK: Forgeries

    private static let hostile: [String: String] = [
        "nothing": "",
        "dots": "..",
        "four parts": "a.b.c.d",
        "no base64": "!.!.!",
        "a header of an empty object": "e30.e30.e30",
        "a header of nested arrays": TokenForge.encode(
            Array(String(repeating: "[", count: 3_000).utf8)
        ) + ".e30.AA",
        "a header of null bytes": "AAAA.AAAA.AAAA",
        "more than a token may be": String(repeating: "a", count: 9_000) + ".b.c",
    ]

    @Test(arguments: hostile.keys.sorted())
    func `what is no token is refused, and the connection goes on`(name: String) async throws {
        let text = try #require(Self.hostile[name])
        try await Self.withTokens { gateway, _ in
            let client = try gateway.client()
            let answer = try client.exchange(Self.post(text))
            #expect(answer.status == 401, "\(answer)")
            #expect(answer.body.contains("credentials_invalid"))
            #expect(try client.exchange(Self.post(try Self.token())).status != 401)
        }
    }

    @Test func `forged tokens count against their address, and are told apart in records`()
        async throws
    {
        try await Self.withTokens {
            $0.authentication.failures = FailureRules(countMax: 3, protected: [])
        } _: { gateway, _ in
            let token = try Self.token()
            for ending in ["AAAA", "BBBB", "CCCC"] {
                let forged = token.dropLast(4) + ending
                let client = try gateway.client(from: "127.0.0.9")
                #expect(try client.exchange(Self.post(String(forged))).status == 401)
            }
            let banned = try gateway.client(from: "127.0.0.9").exchange(Self.post(token))
            #expect(banned.status == 403)
            #expect(banned.body.contains("address_banned"))
            let status = try gateway.client(from: "127.0.0.8").exchange(Self.post(token)).status
            #expect(status != 403)
            let reasons = gateway.snapshot().latestEvents.map(\.reason)
            #expect(reasons.contains(.tokenForged), "\(reasons)")
        }
    }

    @Test func `a good token without a scope may do nothing, and is no failure`() async throws {
        try await Self.withTokens {
            $0.authentication.failures = FailureRules(countMax: 3, protected: [])
        } _: { gateway, _ in
            let field = "Authorization: Bearer \(try Self.token(scope: "other"))"
            let stream = Requests.head("GET", key: nil, fields: [field]) + "\r\n"
            let list = #"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#
            for request in [stream, Requests.post(list, key: nil, fields: [field])] {
                for _ in 1...4 {
                    let answer = try gateway.client(from: "127.0.0.9").exchange(request)
                    #expect(answer.status == 403)
                    #expect(answer.body.contains("insufficient_scope"))
                    let challenge = try #require(answer["www-authenticate"])
                    #expect(challenge.hasPrefix(#"Bearer error="insufficient_scope", scope="#))
                }
            }
        }
    }

    // MARK: Passwords

    @Test func `a connection proves its password once`() async throws {
        let derivation = PasswordDerivation(salt: "000102030405060708090a0b0c0d0e0f", cost: 14)
        let created = Timestamp(millisecondsSince1970: 0)
        let digest = try #require(PasswordHash.digest(of: Array("sesame".utf8), derivation))
        let alice = KeyRecord(
            id: KeyID("k0000002"),
            name: "alice",
            created: created,
            secrets: [KeySecret(digest: digest, created: created, derivation: derivation)],
            scheme: .basic,
            username: "alice"
        )
        func post(_ password: String) -> String {
            let credentials = Base64Text.encode("alice:\(password)")
            return Requests.post(key: nil, fields: ["Authorization: Basic \(credentials)"])
        }
        let document = TestGateway.document { $0.authentication.keys.append(alice) }
        try await TestGateway.with(document) { gateway in
            let client = try gateway.client()
            let first = try client.exchange(post("sesame")).status
            #expect(![401, 503].contains(first))
            // From here on nothing can be derived: what passes was proved before.
            let loop = try #require(gateway.running.loops.first)
            let identities = try await loop.eventLoop.submit {
                loop.context.value.services.identities
            }.get()
            await identities.passwords.close()
            for _ in 1...3 {
                #expect(try client.exchange(post("sesame")).status == first)
            }
            #expect(try client.exchange(post("guess")).status == 503)
        }
    }
}
