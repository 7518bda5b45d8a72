import Foundation
import GRDB
package import Policy
package import Telemetry

/// What a commit changes beside the audit trail.
package enum StoreChange: Sendable {
    /// Nothing: the trail records an attempt that was refused.
    case none
    /// A new revision, which becomes the running one.
    case revision(PolicyRevision)
    /// Replaces a ban of the same prefix.
    case addBan(BanRecord)
    case removeBan(AddressPrefix)
    /// A tool is pinned as an operator approved it.
    case pinTool(ToolPin)
}

extension PolicyStore {
    /// Makes a change and its audit entry durable together, or neither.
    ///
    /// There is no other way to change a revision or a ban, or to approve a tool, so that nothing
    /// an operator does goes unrecorded.
    @discardableResult
    package func commit(
        _ change: StoreChange,
        audit draft: AuditDraft
    ) async throws(StoreError) -> AuditEntry {
        try await transaction { database in
            switch change {
            case .none:
                return try Self.append(draft, to: database)
            case .revision(let revision):
                return try Self.insert(revision, draft: draft, into: database)
            case .addBan(let ban):
                try database.execute(sql: Self.insertBan, arguments: ban.columns)
                return try Self.append(draft, to: database)
            case .removeBan(let prefix):
                try database.execute(
                    sql: "DELETE FROM ban WHERE prefix = ?",
                    arguments: [prefix.description]
                )
                return try Self.append(draft, to: database)
            case .pinTool(let pin):
                try pin.write(to: database)
                return try Self.append(draft, to: database)
            }
        }
    }

    /// Forgets bans that ended at or before `moment`; their ends were recorded when they began.
    ///
    /// - Returns: How many there were.
    package func removeBans(endedBy moment: Timestamp) async throws(StoreError) -> Int {
        try await transaction { database in
            try database.execute(
                sql: "DELETE FROM ban WHERE expires_ms <= ?",
                arguments: [moment.millisecondsSince1970]
            )
            return database.changesCount
        }
    }

    /// Replaces what is remembered of these keys' usage, in one batch.
    package func replaceKeyUsage(_ usage: [KeyUsage]) async throws(StoreError) {
        try await transaction { database in
            let statement = try database.cachedStatement(sql: Self.replaceUsage)
            for key in usage {
                try statement.execute(arguments: key.columns)
            }
        }
    }

    private static func insert(
        _ revision: PolicyRevision,
        draft: AuditDraft,
        into database: Database
    ) throws -> AuditEntry {
        let stored = try StoredDocument(revision.document)
        try database.execute(sql: insertRevision, arguments: revision.columns(stored))
        try database.execute(
            sql: "UPDATE head SET revision = ?",
            arguments: [revision.number.column]
        )
        try database.execute(
            sql: "DELETE FROM revision WHERE number <= ?",
            arguments: [revision.number.column - Int64(revisionsKept)]
        )
        return try append(
            draft,
            revision: revision.number,
            documentHash: stored.hash,
            to: database
        )
    }

    private static func append(
        _ draft: AuditDraft,
        revision: RevisionNumber? = nil,
        documentHash: [UInt8]? = nil,
        to database: Database
    ) throws -> AuditEntry {
        let head = try StoreHead.read(database)
        let entry = AuditChain.entry(
            after: head.auditSequence,
            hash: head.auditHash,
            draft: draft,
            revision: revision,
            documentHash: documentHash
        )
        try database.execute(sql: insertAudit, arguments: entry.columns)
        try database.execute(
            sql: "UPDATE head SET audit_sequence = ?, audit_hash = ?",
            arguments: [entry.sequence, Data(entry.hash)]
        )
        return entry
    }

    private static let insertRevision = """
        INSERT INTO revision (number, parent, author_uid, author_name, reason, created_ms,
            summary, document, sha256) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """

    private static let insertBan = """
        INSERT OR REPLACE INTO ban (prefix, reason, author_uid, author_name, created_ms,
            expires_ms) VALUES (?, ?, ?, ?, ?, ?)
        """

    private static let insertAudit = """
        INSERT INTO audit (sequence, time_ms, author_uid, author_name, action, outcome,
            before_json, after_json, reason, revision, document_sha256, previous_hash, hash)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """

    private static let replaceUsage = """
        INSERT OR REPLACE INTO key_usage (key, last_used_ms, last_address, requests, grace_uses,
            last_grace_ms, last_grace_address) VALUES (?, ?, ?, ?, ?, ?, ?)
        """
}

/// Where the store stands: the running revision and the end of the audit trail.
struct StoreHead {
    var revision: RevisionNumber?
    var auditSequence: Int64
    var auditHash: [UInt8]

    static func read(_ database: Database) throws -> StoreHead {
        guard let row = try Row.fetchOne(database, sql: "SELECT * FROM head") else {
            throw RowProblem(column: "head")
        }
        return StoreHead(
            revision: try row.optionalNumber("revision"),
            auditSequence: try row.value("audit_sequence"),
            auditHash: try row.bytes("audit_hash")
        )
    }
}
