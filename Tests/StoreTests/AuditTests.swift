import Foundation
import GRDB
import Policy
import Store
import Testing

@Suite struct AuditTests {
    private let fixture = StoreFixture()

    @Test func `entries are read back in order, each tied to the one before`() async throws {
        try await fixture.writeTrail(revisions: 2)
        let store = try fixture.open()
        let entries = try await store.auditEntries(after: 0, limit: 100)
        #expect(entries.map(\.sequence) == [1, 2, 3, 4])
        #expect(entries.map(\.draft.outcome) == [.accepted, .refused, .accepted, .refused])
        #expect(entries.map(\.revision?.rawValue) == [1, nil, 2, nil])
        #expect(zip(entries, entries.dropFirst()).allSatisfy { $0.hash == $1.previousHash })
        #expect(try await store.auditEntries(after: 3, limit: 1).map(\.sequence) == [4])
        #expect(try await store.verifyAudit() == .intact(entries: 4))
    }

    @Test func `the trail cannot be changed by accident`() async throws {
        try await fixture.writeTrail(revisions: 1)
        let queue = try DatabaseQueue(path: fixture.path)
        for statement in ["UPDATE audit SET reason = 'x'", "DELETE FROM audit"] {
            #expect(throws: DatabaseError.self, "\(statement)") {
                try queue.write { try $0.execute(sql: statement) }
            }
        }
    }

    @Test(arguments: [
        "time_ms = time_ms + 1", "author_uid = 0", "author_name = 'bob'",
        "action = 'roll_back'", "action = 'nothing we know'", "outcome = 'refused'",
        "before_json = NULL", "after_json = '{}'", "reason = 'becausE'", "reason = NULL",
        "revision = 9", "document_sha256 = zeroblob(32)", "previous_hash = zeroblob(32)",
        "hash = zeroblob(32)",
    ])
    func `an altered entry is found and named`(change: String) async throws {
        try await fixture.writeTrail()
        try fixture.tamper("UPDATE audit SET \(change) WHERE sequence = 5")
        #expect(try await brokenSequence() == 5)
    }

    @Test(arguments: [
        ("first", "DELETE FROM audit WHERE sequence = 1", 1),
        ("middle", "DELETE FROM audit WHERE sequence = 4", 4),
        ("last", "DELETE FROM audit WHERE sequence = 8", 8),
        ("tail", "DELETE FROM audit WHERE sequence > 3", 4),
        ("all", "DELETE FROM audit", 1),
        (
            "closed gap",
            "DELETE FROM audit WHERE sequence = 4;"
                + " UPDATE audit SET sequence = sequence - 1 WHERE sequence > 4", 4
        ),
        (
            "swap",
            "UPDATE audit SET sequence = 99 WHERE sequence = 3;"
                + " UPDATE audit SET sequence = 3 WHERE sequence = 4;"
                + " UPDATE audit SET sequence = 4 WHERE sequence = 99", 3
        ),
        (
            "copy at the end",
            "INSERT INTO audit SELECT 9, time_ms, author_uid, author_name, action,"
                + " outcome, before_json, after_json, reason, revision, document_sha256,"
                + " previous_hash, hash FROM audit WHERE sequence = 8", 9
        ),
    ])
    func `a trail cut, reordered or grown is found`(
        name: String,
        sql: String,
        sequence: Int64
    ) async throws {
        try await fixture.writeTrail()
        try fixture.tamper(sql)
        #expect(try await brokenSequence() == sequence, "\(name)")
    }

    @Test func `a thousand random alterations are all found`() async throws {
        try await fixture.writeTrail()
        var generator = SplitMix(state: 42)
        let columns = ["time_ms", "author_uid", "author_name", "reason", "before_json"]
        let intruder = try fixture.intruder()
        let store = try fixture.open()
        for round in 0..<1000 {
            let sequence = Int64.random(in: 1...8, using: &generator)
            let column = columns.randomElement(using: &generator) ?? "reason"
            try set(column, of: sequence, to: round + 2000, through: intruder)
            guard case .broken(sequence, _) = try await store.verifyAudit() else {
                Issue.record("round \(round): \(column) of \(sequence) went unnoticed")
                return
            }
            let original = original(column, of: sequence)
            try set(column, of: sequence, to: original, through: intruder)
        }
        #expect(try await store.verifyAudit() == .intact(entries: 8))
    }

    @Test func `an altered document is found, and is not obeyed when it is the running one`()
        async throws
    {
        try await fixture.writeTrail()
        let change =
            "document = CAST(replace(document, '\"blockSeconds\":', '\"blockSeconds\":1')"
            + " AS BLOB)"
        try fixture.tamper("UPDATE revision SET \(change) WHERE number = 4")
        #expect(try await brokenSequence() == 7)
        let store = try fixture.open()
        let error = await storeError { _ = try await store.runningRevision() }
        #expect(error?.code == .unreadable)
    }

    @Test(arguments: [
        ("an older revision is put in force", "UPDATE head SET revision = 2"),
        ("the head forgets the revision", "UPDATE head SET revision = NULL"),
        ("the running revision is deleted", "DELETE FROM revision WHERE number = 4"),
        ("its entry is deleted", "DELETE FROM audit WHERE revision = 4"),
        ("its digest does not fit", "UPDATE revision SET sha256 = zeroblob(32) WHERE number = 4"),
        ("the head is gone", "DELETE FROM head"),
        ("a member is missing", "UPDATE revision SET document = CAST('{}' AS BLOB)"),
    ])
    func `a policy that is not the accepted one is never obeyed`(
        name: String,
        sql: String
    ) async throws {
        try await fixture.writeTrail()
        try fixture.tamper(sql)
        let store = try fixture.open()
        let error = await storeError { _ = try await store.runningRevision() }
        #expect(error?.code == .unreadable, "\(name)")
    }

    @Test(arguments: [
        (
            "pasted mcpk_prod_abcd1234_0123456789012345678901234567890123456789012abcdef here",
            "pasted mcpk_prod_abcd1234_••• here"
        ),
        ("xmcpk_prod_abcd1234_0123456789", "xmcpk_prod_abcd1234_•••"),
        ("key mcpk_prod_abcd1234 stays", "key mcpk_prod_abcd1234 stays"),
        (String(repeating: "a1", count: 32), "a1a1a1a1…"),
        ("digest " + String(repeating: "F", count: 64) + ".", "digest FFFFFFFF…."),
        (String(repeating: "a", count: 63), String(repeating: "a", count: 63)),
        ("plain words, é and 漢字", "plain words, é and 漢字"),
        ("", ""),
    ])
    func `secrets are taken out of what is kept`(text: String, kept: String) async throws {
        #expect(SecretRedaction.redacted(text) == kept)
        #expect(SecretRedaction.redacted(kept) == kept)
        let store = try fixture.open()
        try await store.commit(.none, audit: .accepted(reason: text))
        #expect(try await store.auditEntries(after: 0, limit: 1).first?.draft.reason == kept)
    }

    private func brokenSequence() async throws -> Int64? {
        let store = try fixture.open()
        defer { try? store.close() }
        guard case .broken(let sequence, _) = try await store.verifyAudit() else { return nil }
        return sequence
    }

    private func set(
        _ column: String,
        of sequence: Int64,
        to value: (any DatabaseValueConvertible)?,
        through intruder: DatabaseQueue
    ) throws {
        try intruder.writeWithoutTransaction { database in
            try database.execute(
                sql: "UPDATE audit SET \(column) = ? WHERE sequence = ?",
                arguments: [value, sequence]
            )
        }
    }

    /// What `writeTrail` wrote.
    private func original(
        _ column: String,
        of sequence: Int64
    ) -> (any DatabaseValueConvertible)? {
        let isAccepted = sequence % 2 == 1
        return switch column {
        case "time_ms": noon.millisecondsSince1970
        case "author_uid": operatorAna.uid
        case "author_name": operatorAna.name
        case "reason": isAccepted ? AuditDraft.accepted().reason : nil
        default: isAccepted ? AuditDraft.accepted().before : nil
        }
    }
}

/// A small generator whose numbers are the same in every run.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
