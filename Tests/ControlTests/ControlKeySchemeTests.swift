import Admin
import Control
import Policy
import Testing

/// Keys of every scheme, and what they may do.
@Suite struct ControlKeySchemeTests {
    private let folder = StoreFolder()

    @Test func `a bearer token is a key that is shown as one`() async throws {
        let gate = try await TestGate.start(in: folder)
        let issued = try await gate.service.createKey(KeyCreation(name: "ci", scheme: .bearer))
        let record = try await record(issued.id, gate)
        #expect(record.scheme == .bearer)
        #expect(
            record.secrets == [
                KeySecret(digest: SecretDigest(of: issued.secret), created: gate.clock.now)
            ]
        )
    }

    @Test func `a password nobody chose is long, derived and never the same`() async throws {
        let gate = try await TestGate.start(in: folder)
        var passwords: Set<String> = []
        for number in 0..<5 {
            let creation = KeyCreation(name: "u", scheme: .basic, username: "user\(number)")
            let issued = try await gate.service.createKey(creation)
            passwords.insert(issued.secret.revealed())
            let secrets = try await record(issued.id, gate).secrets
            #expect(secrets.first?.derivation != nil)
            #expect(secrets.first?.digest != SecretDigest(of: issued.secret))
        }
        #expect(passwords.count == 5)
        #expect(passwords.allSatisfy { $0.utf8.count == 24 })
    }

    @Test func `a rotated password is derived too`() async throws {
        let gate = try await TestGate.start(in: folder)
        let creation = KeyCreation(name: "u", scheme: .basic, username: "ana")
        let issued = try await gate.service.createKey(creation)
        let rotated = try await gate.service.rotateKey(
            issued.id,
            graceSeconds: 60,
            base: nil,
            reason: nil
        )
        #expect(rotated.secret != issued.secret)
        #expect(KeyText.parse(rotated.secret.revealed()) == nil)
        let secrets = try await record(issued.id, gate).secrets
        #expect(secrets.count == 2)
        #expect(secrets.allSatisfy { $0.derivation != nil })
    }

    @Test func `a password that its holder chose is kept as its digest only`() async throws {
        let gate = try await TestGate.start(in: folder)
        let password = "correct horse battery"
        _ = try await gate.service.createKey(
            KeyCreation(name: "u", scheme: .basic, username: "ana", password: Secret(password))
        )
        let trail = "\(try await gate.audit())" + "\(try await gate.service.policy())"
        #expect(!trail.contains(password))
    }

    @Test(arguments: [
        ("empty", ""), ("seven bytes", "a1b2c3d"),
        ("too long", String(repeating: "ab3d5", count: 52)),
        ("a line feed", "secret\nsecret"), ("a template's word", "changeme-123"),
        ("one letter", "aaaaaaaaaaaa"), ("shell text", "$(cat /run/secret)"),
    ])
    func `a password that is none is refused and not repeated`(
        name: String,
        password: String
    ) async throws {
        let gate = try await TestGate.start(in: folder)
        let error = await adminError {
            _ = try await gate.service.createKey(
                KeyCreation(name: "u", scheme: .basic, username: "ana", password: Secret(password))
            )
        }
        #expect(error?.code == .invalidRequest)
        #expect(password.isEmpty || error?.message.contains(password) == false)
        #expect(try await gate.service.policy().document.authentication.keys.isEmpty)
    }

    @Test(arguments: [
        KeyCreation(name: "u", scheme: .basic),
        KeyCreation(name: "u", scheme: .basic, username: "a:b"),
        KeyCreation(name: "u", scheme: .apiKey, username: "ana"),
        KeyCreation(name: "u", scheme: .bearer, password: Secret("correct horse battery")),
    ])
    func `what does not belong to the scheme is refused`(creation: KeyCreation) async throws {
        let gate = try await TestGate.start(in: folder)
        let error = await adminError { _ = try await gate.service.createKey(creation) }
        #expect(error?.code == .invalidPolicy || error?.code == .invalidRequest)
    }

    @Test func `a user has one password`() async throws {
        let gate = try await TestGate.start(in: folder)
        let creation = KeyCreation(name: "u", scheme: .basic, username: "ana")
        _ = try await gate.service.createKey(creation)
        let error = await adminError { _ = try await gate.service.createKey(creation) }
        #expect(error?.code == .invalidPolicy)
    }

    @Test func `what a key may do is kept and can be changed`() async throws {
        let gate = try await TestGate.start(in: folder)
        let access = AccessRules(tools: PatternRules(allow: ["read_*"]))
        let issued = try await gate.service.createKey(KeyCreation(name: "ci", access: access))
        #expect(try await record(issued.id, gate).access == access)
        let wider = AccessRules(tools: PatternRules(allow: ["read_*", "list_*"]))
        let outcome = try await gate.apply(.setKeyAccess(issued.id, wider))
        #expect(try await record(issued.id, gate).access == wider)
        #expect(outcome.changes.contains { $0.subject.contains(issued.id.rawValue) })
    }

    private func record(_ id: KeyID, _ gate: TestGate) async throws -> KeyRecord {
        let keys = try await gate.service.policy().document.authentication.keys
        return try #require(keys.first { $0.id == id })
    }
}
