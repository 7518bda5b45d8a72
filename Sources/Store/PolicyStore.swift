import GRDB

/// What is remembered across restarts: revisions, bans, the audit trail and when keys were used.
///
/// One process at a time holds a store. Whatever `commit` returned for is on the disk, with the
/// audit entry that goes with it, before the call returns.
package final class PolicyStore: Sendable {
    /// Revisions kept; older ones are deleted, never the one in force.
    package static let revisionsKept = 100
    /// The store never grows beyond this; a commit is then refused as `.full`.
    package static let bytesMax = 4 << 30

    package let path: String
    private let lock: StoreLock
    private let database: DatabaseQueue

    /// Opens the store at `path`, or makes it, in a folder that only this user may write.
    ///
    /// `bytesMax` is rounded down to whole pages, and up to what the store already has. Any code of
    /// `StoreError` may be thrown; the file is unharmed then.
    package init(path: String, bytesMax: Int = PolicyStore.bytesMax) throws(StoreError) {
        self.path = path
        let file = StoreFile(path: path)
        try file.prepareFolder()
        lock = try StoreLock(forStoreAt: path)
        do {
            if try !file.exists() {
                try file.createDraft()
                try Self.fillDraft(of: file)
                try file.publishDraft()
            }
            database = try Self.openDatabase(path, bytesMax: bytesMax)
        } catch {
            throw StoreError(wrapping: error, path: path)
        }
    }

    /// Writes out the log and lets another process have the store.
    package func close() throws(StoreError) {
        defer { lock.release() }
        do {
            try database.close()
        } catch {
            throw StoreError(wrapping: error, path: path)
        }
    }

    private static func fillDraft(of file: StoreFile) throws {
        let draft = try DatabaseQueue(path: file.draftPath)
        try draft.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA synchronous = FULL")
            try StoreSchema.migrate(database, path: file.path)
        }
        try draft.close()
    }

    private static func openDatabase(_ path: String, bytesMax: Int) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.label = "gatehouse.store"
        configuration.busyMode = .timeout(2)
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.writeWithoutTransaction { database in
            try StoreSchema.requireOurs(database, path: path)
            try makeDurable(database, path: path)
            try StoreSchema.migrate(database, path: path)
            try requireIntact(database, path: path)
            try limit(database, toBytes: bytesMax)
        }
        return queue
    }

    /// A commit is synced to the disk before it returns; read back, because a setting that SQLite
    /// does not take it ignores in silence.
    private static func makeDurable(_ database: Database, path: String) throws {
        let journal = try String.fetchOne(database, sql: "PRAGMA journal_mode = WAL")
        try database.execute(sql: "PRAGMA synchronous = FULL")
        let synchronous = try Int.fetchOne(database, sql: "PRAGMA synchronous")
        guard journal == "wal", synchronous == 2 else {
            throw StoreError(
                .readOnly,
                "the store \(path) cannot be written durably on this file system; move it to a"
                    + " local disk"
            )
        }
    }

    private static func requireIntact(_ database: Database, path: String) throws {
        let findings = try String.fetchAll(database, sql: "PRAGMA quick_check(1)")
        guard findings == ["ok"] else {
            throw StoreError(
                .unreadable,
                "the store \(path) is damaged (\(findings.joined(separator: "; "))); restore it"
                    + " from a backup, or name another file to start afresh"
            )
        }
    }

    private static func limit(_ database: Database, toBytes bytesMax: Int) throws {
        let pageBytes = try Int.fetchOne(database, sql: "PRAGMA page_size") ?? 4096
        try database.execute(sql: "PRAGMA max_page_count = \(max(1, bytesMax / pageBytes))")
    }

    /// Runs `body` in one transaction, off the caller's thread.
    ///
    /// Cancelling the caller does not undo it: what was asked of the disk is waited for.
    func transaction<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        let outcome: Result<Value, any Error> = await withCheckedContinuation { continuation in
            database.asyncWriteWithoutTransaction { database in
                continuation.resume(
                    returning: Result {
                        var value: Value?
                        try database.inTransaction(.immediate) {
                            value = try body(database)
                            return .commit
                        }
                        guard let value else { throw RowProblem(column: "none") }
                        return value
                    }
                )
            }
        }
        do {
            return try outcome.get()
        } catch {
            throw StoreError(wrapping: error, path: path)
        }
    }
}
