import Foundation
import GRDB
import Policy

/// What a walk over the whole audit trail found.
package enum AuditVerdict: Equatable, Sendable {
    case intact(entries: Int64)
    /// The first entry that is not as it was written, and what is wrong with it.
    case broken(sequence: Int64, problem: String)
}

/// How SQLite is set to write, as it answers itself.
package struct StoreDurability: Equatable, Sendable {
    package var journal: String
    /// 2 is FULL: a commit is on the disk before it returns.
    package var synchronous: Int

    package init(journal: String, synchronous: Int) {
        self.journal = journal
        self.synchronous = synchronous
    }
}

extension PolicyStore {
    /// Reads the settings back that `init` insisted on.
    package func durability() async throws(StoreError) -> StoreDurability {
        try await transaction { database in
            StoreDurability(
                journal: try String.fetchOne(database, sql: "PRAGMA journal_mode") ?? "",
                synchronous: try Int.fetchOne(database, sql: "PRAGMA synchronous") ?? 0
            )
        }
    }

    /// Checks every entry against its hash, its predecessor and the kept revisions.
    ///
    /// Finds edits, deletions, insertions, reorderings and a trail cut short; it cannot find a trail
    /// that was rewritten from some entry on together with the head, which takes a copy elsewhere.
    package func verifyAudit() async throws(StoreError) -> AuditVerdict {
        try await transaction { database in
            let head = try StoreHead.read(database)
            let documents = try Self.keptDocumentHashes(in: database)
            var walk = AuditWalk(documents: documents)
            let rows = try Row.fetchCursor(database, sql: "SELECT * FROM audit ORDER BY sequence")
            while let row = try rows.next() {
                if let broken = walk.visit(row) { return broken }
            }
            return walk.finish(at: head)
        }
    }

    /// The hash of what each kept revision's document is now.
    private static func keptDocumentHashes(in database: Database) throws -> [Int64: [UInt8]] {
        let rows = try Row.fetchCursor(database, sql: "SELECT number, document FROM revision")
        var hashes: [Int64: [UInt8]] = [:]
        while let row = try rows.next() {
            let document: Data = try row.value("document")
            hashes[try row.value("number")] = StoredDocument(json: document).hash
        }
        return hashes
    }
}

/// The state of a walk from the first entry to the last.
private struct AuditWalk {
    var documents: [Int64: [UInt8]]
    private var sequence: Int64 = 0
    private var hash = AuditChain.origin

    init(documents: [Int64: [UInt8]]) {
        self.documents = documents
    }

    mutating func visit(_ row: Row) -> AuditVerdict? {
        let expected = sequence + 1
        let entry: AuditEntry
        do {
            entry = try AuditEntry(row: row)
        } catch {
            return .broken(sequence: expected, problem: "the entry cannot be read (\(error))")
        }
        if let problem = problem(with: entry, expected: expected) {
            return .broken(sequence: expected, problem: problem)
        }
        sequence = expected
        hash = entry.hash
        return nil
    }

    mutating func finish(at head: StoreHead) -> AuditVerdict {
        guard sequence == head.auditSequence else {
            return .broken(
                sequence: min(sequence, head.auditSequence) + 1,
                problem: "the trail ends at \(sequence) and the store was left at"
                    + " \(head.auditSequence)"
            )
        }
        guard hash == head.auditHash else {
            return .broken(sequence: sequence, problem: "the last entry is not the one recorded")
        }
        if let orphan = documents.keys.min() {
            return .broken(
                sequence: sequence,
                problem: "no entry records how revision \(orphan) came into force"
            )
        }
        return .intact(entries: sequence)
    }

    private mutating func problem(with entry: AuditEntry, expected: Int64) -> String? {
        guard entry.sequence == expected else { return "the entry is missing" }
        guard entry.previousHash == hash else { return "the entry does not follow the one before" }
        guard AuditChain.isSound(entry) else { return "the entry was altered" }
        guard let revision = entry.revision?.column,
            let document = documents.removeValue(forKey: revision)
        else { return nil }
        guard document == entry.documentHash else {
            return "the document of revision \(revision) was altered"
        }
        return nil
    }
}
