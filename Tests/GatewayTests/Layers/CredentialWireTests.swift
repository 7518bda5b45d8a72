import Policy
import Telemetry
import Testing

@testable import Gateway

/// Credentials of every scheme, and what follows from failures.
@Suite struct CredentialWireTests {
    private static let created = Timestamp(millisecondsSince1970: 0)

    /// `alice` with the password `open sesame`, as cheap as a policy allows.
    private static func alice(_ password: String = "open sesame") throws -> KeyRecord {
        let derivation = PasswordDerivation(
            salt: "000102030405060708090a0b0c0d0e0f",
            cost: 14
        )
        let digest = try #require(PasswordHash.digest(of: Array(password.utf8), derivation))
        return KeyRecord(
            id: KeyID("k0000002"),
            name: "alice",
            created: created,
            secrets: [KeySecret(digest: digest, created: created, derivation: derivation)],
            scheme: .basic,
            username: "alice"
        )
    }

    private static func basic(_ text: String) -> String {
        "Authorization: Basic \(Base64Text.encode(text))"
    }

    private static func status(_ gateway: TestGateway, _ fields: [String]) throws -> Int {
        try gateway.client().exchange(Requests.post(key: nil, fields: fields)).status
    }

    // MARK: Passwords

    @Test(arguments: [
        ("the password", "alice:open sesame", true),
        ("another password", "alice:open", false),
        ("no password", "alice:", false),
        ("an unknown user", "bob:open sesame", false),
        ("the user in another case", "Alice:open sesame", false),
        ("no colon", "alice", false),
        ("a control character", "alice:open\u{7}sesame", false),
    ])
    func `a password lets in its user alone`(
        name: String,
        text: String,
        isGood: Bool
    ) async throws {
        let alice = try Self.alice()
        let document = TestGateway.document { $0.authentication.keys.append(alice) }
        try await TestGateway.with(document) { gateway in
            let status = try Self.status(gateway, [Self.basic(text)])
            #expect((status != 401) == isGood, "\(name): \(status)")
        }
    }

    @Test func `a stored digest is not a password and not a key`() async throws {
        let alice = try Self.alice()
        let digest = try #require(alice.secrets.first?.digest.description)
        let document = TestGateway.document { $0.authentication.keys.append(alice) }
        try await TestGateway.with(document) { gateway in
            let status1 = try Self.status(gateway, [Self.basic("alice:\(digest)")])
            #expect(status1 == 401)
            let status2 = try Self.status(gateway, ["X-API-Key: \(digest)"])
            #expect(status2 == 401)
            let status3 = try Self.status(gateway, ["X-API-Key: open sesame"])
            #expect(status3 == 401)
            let status4 = try Self.status(gateway, ["Authorization: Bearer open sesame"])
            #expect(status4 == 401)
        }
    }

    @Test func `requests that follow on one connection wait for the verdict in order`()
        async throws
    {
        let alice = try Self.alice()
        let document = TestGateway.document { $0.authentication.keys.append(alice) }
        try await TestGateway.with(document) { gateway in
            let client = try gateway.client()
            let good = Requests.post(key: nil, fields: [Self.basic("alice:open sesame")])
            let bad = Requests.post(key: nil, fields: [Self.basic("alice:wrong")])
            client.send(good + bad + good)
            let statuses = try (1...3).map { _ in try client.readResponse().status }
            #expect(statuses.map { $0 == 401 } == [false, true, false])
        }
    }

    @Test func `a client that leaves while its password is judged harms nobody`() async throws {
        let alice = try Self.alice()
        let document = TestGateway.document { $0.authentication.keys.append(alice) }
        try await TestGateway.with(document) { gateway in
            for _ in 1...4 {
                let client = try gateway.client()
                client.send(Requests.post(key: nil, fields: [Self.basic("alice:open sesame")]))
                client.reset()
            }
            let status5 = try Self.status(gateway, [Self.basic("alice:open sesame")])
            #expect(status5 != 401)
        }
    }

    // MARK: Bearer tokens

    @Test func `a bearer token counts in Authorization alone`() async throws {
        var bearer = TestGateway.key("token-of-forty-two-characters-in-length-ok", id: "k0000003")
        bearer.scheme = .bearer
        let document = TestGateway.document { [bearer] in $0.authentication.keys.append(bearer) }
        let token = "token-of-forty-two-characters-in-length-ok"
        try await TestGateway.with(document) { gateway in
            let status6 = try Self.status(gateway, ["Authorization: Bearer \(token)"])
            #expect(status6 != 401)
            let status7 = try Self.status(gateway, ["X-API-Key: \(token)"])
            #expect(status7 == 401)
        }
    }

    // MARK: Failures

    private static func failing(
        _ change: (inout FailureRules) -> Void = { _ in }
    ) -> PolicyDocument {
        TestGateway.document {
            $0.authentication.failures = FailureRules(countMax: 3, protected: [])
            change(&$0.authentication.failures)
        }
    }

    @Test func `an address that keeps guessing is banned, and with it nobody else`() async throws {
        try await TestGateway.with(Self.failing()) { gateway in
            func guess(from source: String) throws -> RawResponse {
                try gateway.client(from: source).exchange(
                    Requests.post(key: nil, fields: ["X-API-Key: guess"])
                )
            }
            for _ in 1...3 {
                let status = try guess(from: "127.0.0.7").status
                #expect(status == 401)
            }
            let banned = try guess(from: "127.0.0.7")
            #expect(banned.status == 403)
            #expect(banned.body.contains("address_banned"))
            let wait = try #require(banned["retry-after"].flatMap { Int($0) })
            #expect((1...60).contains(wait))
            let good = try gateway.client(from: "127.0.0.7").exchange(Requests.post())
            #expect(good.status == 403, "a ban is for the whole address")
            let status8 = try guess(from: "127.0.0.8").status
            #expect(status8 == 401)
            let events = gateway.snapshot().latestEvents
            #expect(events.contains { $0.kind == .addressBlocked && $0.reason == .addressBanned })
        }
    }

    @Test func `an address that good credentials come from too is throttled instead`()
        async throws
    {
        try await TestGateway.with(Self.failing()) { gateway in
            let good = try gateway.client(from: "127.0.0.7")
            #expect(try good.exchange(Requests.post()).status != 401)
            let guesser = try gateway.client(from: "127.0.0.7")
            let statuses = try (1...5).map { _ in
                try guesser.exchange(Requests.post(key: nil, fields: ["X-API-Key: guess"])).status
            }
            #expect(statuses == [401, 401, 429, 429, 429])
            let status10 = try good.exchange(Requests.post()).status
            #expect(![401, 403, 429].contains(status10))
        }
    }

    @Test func `a protected address is never banned`() async throws {
        let document = Self.failing { $0.protected = AddressPrefix.loopback }
        try await TestGateway.with(document) { gateway in
            for _ in 1...8 {
                let status9 = try Self.status(gateway, ["X-API-Key: guess"])
                #expect(status9 == 401)
            }
        }
    }

    @Test func `to send no credential is no failure`() async throws {
        try await TestGateway.with(Self.failing()) { gateway in
            for _ in 1...8 {
                let status = try Self.status(gateway, [])
                #expect(status == 401)
            }
        }
    }
}

/// Base64 for test inputs.
enum Base64Text {
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    )

    static func encode(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var output = ""
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let chunk = bytes[start..<min(start + 3, bytes.count)]
            let bits = chunk.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - chunk.count))
            for digit in 0..<4 {
                output.append(
                    digit <= chunk.count ? alphabet[bits >> (18 - 6 * digit) & 63] : "="
                )
            }
        }
        return output
    }
}
