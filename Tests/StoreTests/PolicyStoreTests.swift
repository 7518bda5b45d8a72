import Foundation
import GRDB
import Policy
import Store
import Telemetry
import Testing

@Suite struct PolicyStoreTests {
    private let fixture = StoreFixture()

    @Test func `a new store holds nothing`() async throws {
        let store = try fixture.open()
        #expect(try await store.runningRevision() == nil)
        #expect(try await store.bans().isEmpty)
        #expect(try await store.keyUsage().isEmpty)
        #expect(try await store.verifyAudit() == .intact(entries: 0))
    }

    @Test func `the newest revision is the running one after a restart`() async throws {
        try await fixture.writeTrail(revisions: 3)
        let store = try fixture.open()
        #expect(try await store.runningRevision() == .numbered(3))
        #expect(try await store.revision(RevisionNumber(2)) == .numbered(2))
        #expect(try await store.revision(RevisionNumber(9)) == nil)
    }

    @Test func `every member of a document survives`() async throws {
        let document = try fullDocument()
        let store = try fixture.open()
        try await store.commit(
            .revision(.numbered(1, document: document)),
            audit: .accepted()
        )
        #expect(try await store.runningRevision()?.document == document)
    }

    @Test func `history is newest first and bounded`() async throws {
        try await fixture.writeTrail(revisions: 5)
        let store = try fixture.open()
        let lines = try await store.revisionLines(limit: 3)
        #expect(lines.map(\.number.rawValue) == [5, 4, 3])
        #expect(lines.first?.author == operatorAna)
        #expect(lines.first?.reason == "reason 5")
        #expect(lines.first?.summary == "summary 5")
    }

    @Test func `a hundred revisions are kept and the running one is among them`() async throws {
        let store = try fixture.open()
        for number in 1...103 {
            try await store.commit(.revision(.numbered(UInt64(number))), audit: .accepted())
        }
        let numbers = try await store.revisionLines(limit: 1000).map(\.number.rawValue)
        #expect(numbers == Array((4...103).reversed()))
        #expect(try await store.runningRevision()?.number.rawValue == 103)
        #expect(try await store.verifyAudit() == .intact(entries: 103))
    }

    @Test func `the running revision cannot be deleted`() async throws {
        try await fixture.writeTrail(revisions: 1)
        let queue = try DatabaseQueue(path: fixture.path)
        #expect(throws: DatabaseError.self) {
            try queue.write { try $0.execute(sql: "DELETE FROM revision") }
        }
    }

    @Test func `bans are replaced by prefix, listed and removed`() async throws {
        let store = try fixture.open()
        let end = noon.advanced(bySeconds: 60)
        try await store.commit(.addBan(.of("192.0.2.0/24")), audit: .accepted())
        try await store.commit(.addBan(.of("192.0.2.0/24", expires: end)), audit: .accepted())
        try await store.commit(.addBan(.of("2001:db8::/32")), audit: .accepted())
        #expect(
            try await store.bans() == [
                .of("192.0.2.0/24", expires: end), .of("2001:db8::/32"),
            ]
        )
        try await store.commit(
            .removeBan(AddressPrefix(parsing: "2001:db8::/32")),
            audit: .accepted()
        )
        #expect(try await store.bans().map(\.prefix.description) == ["192.0.2.0/24"])
    }

    @Test func `only bans that ended are forgotten`() async throws {
        let store = try fixture.open()
        let end = noon.advanced(bySeconds: 60)
        try await store.commit(.addBan(.of("192.0.2.1/32", expires: end)), audit: .accepted())
        try await store.commit(.addBan(.of("192.0.2.2/32")), audit: .accepted())
        let early = Timestamp(millisecondsSince1970: end.millisecondsSince1970 - 1)
        #expect(try await store.removeBans(endedBy: early) == 0)
        #expect(try await store.removeBans(endedBy: end) == 1)
        #expect(try await store.bans() == [.of("192.0.2.2/32")])
    }

    @Test func `key usage is replaced, not added up`() async throws {
        let store = try fixture.open()
        var usage = KeyUsage(
            key: KeyID("abcd1234"),
            lastUsed: noon,
            lastAddress: "192.0.2.7",
            requests: 3,
            graceUses: 0
        )
        try await store.replaceKeyUsage([usage])
        usage.requests = 9
        usage.graceUses = 2
        usage.lastGraceUse = noon
        usage.lastGraceAddress = "192.0.2.9"
        try await store.replaceKeyUsage([usage])
        #expect(try await store.keyUsage() == [usage])
    }

    @Test(arguments: [
        "CREATE TRIGGER fault BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'fault'); END",
        "CREATE TRIGGER fault BEFORE UPDATE ON head BEGIN SELECT RAISE(ABORT, 'fault'); END",
    ])
    func `an edit whose record fails changes nothing`(fault: String) async throws {
        let store = try fixture.open()
        try await store.commit(.revision(.numbered(1)), audit: .accepted())
        try fixture.intrude { try $0.execute(sql: fault) }
        let error = await storeError {
            try await store.commit(.revision(.numbered(2)), audit: .accepted())
        }
        #expect(error?.code == .unreadable)
        _ = await storeError {
            try await store.commit(.addBan(.of("192.0.2.1/32")), audit: .accepted())
        }
        try fixture.tamper("DROP TRIGGER fault")
        #expect(try await store.runningRevision() == .numbered(1))
        #expect(try await store.revision(RevisionNumber(2)) == nil)
        #expect(try await store.bans().isEmpty)
        #expect(try await store.verifyAudit() == .intact(entries: 1))
    }

    @Test func `a cancelled caller does not undo what was begun`() async throws {
        let store = try fixture.open()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await store.commit(.revision(.numbered(1)), audit: .accepted())
        }
        #expect(try await task.value.sequence == 1)
        #expect(try await store.runningRevision() == .numbered(1))
    }

    @Test func `commits are synced to the disk`() async throws {
        let store = try fixture.open()
        #expect(try await store.durability() == StoreDurability(journal: "wal", synchronous: 2))
    }

    private func fullDocument() throws -> PolicyDocument {
        let digest = SecretDigest(words: (1, 2, 3, 4))
        let old = SecretDigest(words: (5, 6, 7, 8))
        return PolicyDocument(
            allowlist: [
                AddressEntry(
                    prefix: try AddressPrefix(parsing: "10.0.0.0/8"),
                    reason: "office “é”",
                    expires: noon
                )
            ],
            denylist: [AddressEntry(prefix: try AddressPrefix(parsing: "2001:db8::/32"))],
            browser: BrowserRules(allowedHosts: ["gate.example"], allowedOrigins: []),
            authentication: AuthenticationRules(
                isRequired: false,
                keys: [
                    KeyRecord(
                        id: KeyID("abcd1234"),
                        name: "ci",
                        state: .disabled,
                        created: noon,
                        expires: noon,
                        secrets: [
                            KeySecret(digest: digest, created: noon),
                            KeySecret(digest: old, created: noon, retires: noon),
                        ]
                    )
                ]
            ),
            limits: LimitRules(isRateLimitEnabled: false, blockSeconds: 0, bodyBytesMax: 9),
            upstream: UpstreamRule(url: "http://127.0.0.1:9000/mcp"),
            isDebugLoggingEnabled: true
        )
    }
}
