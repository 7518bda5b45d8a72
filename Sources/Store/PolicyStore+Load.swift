import GRDB
package import Policy
package import Telemetry

extension PolicyStore {
    /// The revision in force, or nil in a new store.
    ///
    /// - Throws: `.unreadable` when it is missing, altered or not wholly understood: the gate does
    ///   not start with a policy that may be weaker than the one that was accepted.
    package func runningRevision() async throws(StoreError) -> PolicyRevision? {
        try await transaction { database in
            guard let number = try StoreHead.read(database).revision else {
                guard try Int.fetchOne(database, sql: "SELECT count(*) FROM audit") == 0 else {
                    throw RowProblem(column: "head.revision")
                }
                return nil
            }
            guard let row = try Self.fetchRevision(number, from: database),
                try Self.isRecorded(row, in: database),
                try Self.newestNumber(in: database) == number
            else { throw RowProblem(column: "head.revision") }
            return try PolicyRevision(row: row)
        }
    }

    /// A kept revision; nil when there is none of that number.
    package func revision(
        _ number: RevisionNumber
    ) async throws(StoreError) -> PolicyRevision? {
        try await transaction { database in
            try Self.fetchRevision(number, from: database).map(PolicyRevision.init(row:))
        }
    }

    /// What `history` lists of kept revisions, newest first.
    package func revisionLines(limit: Int) async throws(StoreError) -> [RevisionLine] {
        try await transaction { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT number, parent, author_uid, author_name, reason, created_ms, summary
                    FROM revision ORDER BY number DESC LIMIT ?
                    """,
                arguments: [limit]
            ).map(RevisionLine.init(row:))
        }
    }

    /// Every ban, ended ones included, in the order they were made.
    package func bans() async throws(StoreError) -> [BanRecord] {
        try await transaction { database in
            try Row.fetchAll(database, sql: "SELECT * FROM ban ORDER BY created_ms, prefix")
                .map(BanRecord.init(row:))
        }
    }

    /// What is remembered of every key that was ever used.
    package func keyUsage() async throws(StoreError) -> [KeyUsage] {
        try await transaction { database in
            try Row.fetchAll(database, sql: "SELECT * FROM key_usage ORDER BY key")
                .map(KeyUsage.init(row:))
        }
    }

    /// Entries after the one numbered `sequence`, oldest first.
    package func auditEntries(
        after sequence: Int64,
        limit: Int
    ) async throws(StoreError) -> [AuditEntry] {
        try await transaction { database in
            try Row.fetchAll(
                database,
                sql: "SELECT * FROM audit WHERE sequence > ? ORDER BY sequence LIMIT ?",
                arguments: [sequence, limit]
            ).map(AuditEntry.init(row:))
        }
    }

    private static func fetchRevision(
        _ number: RevisionNumber,
        from database: Database
    ) throws -> Row? {
        try Row.fetchOne(
            database,
            sql: "SELECT * FROM revision WHERE number = ?",
            arguments: [number.column]
        )
    }

    private static func newestNumber(in database: Database) throws -> RevisionNumber? {
        try Int64.fetchOne(database, sql: "SELECT max(number) FROM revision")
            .flatMap(UInt64.init(exactly:)).map(RevisionNumber.init)
    }

    /// Whether the audit trail says that this very document was accepted.
    private static func isRecorded(_ revision: Row, in database: Database) throws -> Bool {
        let entry = try Row.fetchOne(
            database,
            sql: "SELECT * FROM audit WHERE revision = ?",
            arguments: [revision.value("number", as: Int64.self)]
        ).map(AuditEntry.init(row:))
        guard let entry else { return false }
        let hash = try revision.bytes("sha256")
        return AuditChain.isSound(entry) && entry.documentHash == hash
    }
}

/// A kept revision without its document.
package struct RevisionLine: Equatable, Sendable {
    package var number: RevisionNumber
    package var parent: RevisionNumber?
    package var author: Author
    package var reason: String?
    package var created: Timestamp
    package var summary: String

    init(row: Row) throws {
        number = RevisionNumber(try row.count("number"))
        parent = try row.optionalNumber("parent")
        author = try row.author()
        reason = try row.optional("reason")
        created = try row.timestamp("created_ms")
        summary = try row.value("summary")
    }
}
