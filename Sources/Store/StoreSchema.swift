import GRDB

/// The tables of the store and the steps that lead to them; steps are only ever added.
enum StoreSchema {
    /// `GATE` in ASCII: tells our databases from everyone else's.
    static let applicationID: Int32 = 0x4741_5445

    /// Step n takes a database from version n to n + 1.
    static let steps: [@Sendable (Database) throws -> Void] = [
        createFirstTables, createBlockTable, createToolPinTable,
    ]

    static var version: Int32 { Int32(steps.count) }

    /// Brings a database of ours to the newest version.
    ///
    /// - Throws: `.unreadable` for a foreign database and for one of a newer version.
    static func migrate(_ database: Database, path: String) throws {
        let found = try Int32.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        guard (0...version).contains(found) else {
            throw StoreError(
                .unreadable,
                "the store \(path) has schema \(found) and this gatehouse knows up to"
                    + " \(version); run the newer gatehouse that wrote it"
            )
        }
        for (number, step) in steps.enumerated().dropFirst(Int(found)) {
            try database.inTransaction(.immediate) {
                try step(database)
                try database.execute(sql: "PRAGMA user_version = \(number + 1)")
                return .commit
            }
        }
    }

    /// Refuses a database that another program made.
    static func requireOurs(_ database: Database, path: String) throws {
        let found = try Int32.fetchOne(database, sql: "PRAGMA application_id")
        guard found == applicationID else {
            throw StoreError(
                .unreadable,
                "\(path) is a database of another program; name another store"
            )
        }
    }

    private static func createFirstTables(_ database: Database) throws {
        try database.execute(sql: "PRAGMA application_id = \(applicationID)")
        try database.execute(sql: firstTables)
    }

    private static func createBlockTable(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE block (
                    cause TEXT NOT NULL,
                    subject TEXT NOT NULL,
                    since_ms INTEGER NOT NULL,
                    until_ms INTEGER NOT NULL,
                    step INTEGER NOT NULL CHECK (step >= 1),
                    refusals INTEGER NOT NULL CHECK (refusals >= 0),
                    PRIMARY KEY (cause, subject)
                ) STRICT, WITHOUT ROWID
                """
        )
    }

    private static func createToolPinTable(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE tool_pin (
                    server TEXT NOT NULL,
                    tool BLOB NOT NULL,
                    approved_sha256 BLOB NOT NULL CHECK (length(approved_sha256) = 32),
                    approved_definition BLOB NOT NULL,
                    pending_sha256 BLOB CHECK (length(pending_sha256) = 32),
                    pending_definition BLOB,
                    PRIMARY KEY (server, tool)
                ) STRICT
                """
        )
    }

    /// `head` names the running revision, which its foreign key keeps from being deleted, and the
    /// end of the audit trail, so that a trail cut short is noticed.
    private static let firstTables = """
        CREATE TABLE revision (
            number INTEGER PRIMARY KEY CHECK (number >= 1),
            parent INTEGER,
            author_uid INTEGER NOT NULL,
            author_name TEXT NOT NULL,
            reason TEXT,
            created_ms INTEGER NOT NULL,
            summary TEXT NOT NULL,
            document BLOB NOT NULL,
            sha256 BLOB NOT NULL CHECK (length(sha256) = 32)
        ) STRICT;

        CREATE TABLE ban (
            prefix TEXT PRIMARY KEY NOT NULL,
            reason TEXT,
            author_uid INTEGER NOT NULL,
            author_name TEXT NOT NULL,
            created_ms INTEGER NOT NULL,
            expires_ms INTEGER
        ) STRICT;

        CREATE TABLE audit (
            sequence INTEGER PRIMARY KEY CHECK (sequence >= 1),
            time_ms INTEGER NOT NULL,
            author_uid INTEGER NOT NULL,
            author_name TEXT NOT NULL,
            action TEXT NOT NULL,
            outcome TEXT NOT NULL CHECK (outcome IN ('accepted', 'refused')),
            before_json TEXT,
            after_json TEXT,
            reason TEXT,
            revision INTEGER,
            document_sha256 BLOB CHECK (length(document_sha256) = 32),
            previous_hash BLOB NOT NULL CHECK (length(previous_hash) = 32),
            hash BLOB NOT NULL CHECK (length(hash) = 32)
        ) STRICT;

        CREATE INDEX audit_by_revision ON audit (revision) WHERE revision IS NOT NULL;

        CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
        BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;

        CREATE TRIGGER audit_is_never_shortened BEFORE DELETE ON audit
        BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;

        CREATE TABLE key_usage (
            key TEXT PRIMARY KEY NOT NULL,
            last_used_ms INTEGER NOT NULL,
            last_address TEXT NOT NULL,
            requests INTEGER NOT NULL CHECK (requests >= 0),
            grace_uses INTEGER NOT NULL CHECK (grace_uses >= 0),
            last_grace_ms INTEGER,
            last_grace_address TEXT
        ) STRICT;

        CREATE TABLE head (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            revision INTEGER REFERENCES revision (number),
            audit_sequence INTEGER NOT NULL,
            audit_hash BLOB NOT NULL CHECK (length(audit_hash) = 32)
        ) STRICT;

        INSERT INTO head (id, revision, audit_sequence, audit_hash)
        VALUES (1, NULL, 0, zeroblob(32));
        """
}
