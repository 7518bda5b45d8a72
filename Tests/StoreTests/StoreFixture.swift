import Foundation
import GRDB
import Policy
import Store

/// A folder that goes away with the test, and values to put into a store there.
final class StoreFixture {
    let folder: String
    var path: String { folder + "/gatehouse.db" }

    init() {
        folder =
            FileManager.default.temporaryDirectory
            .appendingPathComponent("store-\(UUID().uuidString)").path
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }

    func open(bytesMax: Int = PolicyStore.bytesMax) throws -> PolicyStore {
        try PolicyStore(path: path, bytesMax: bytesMax)
    }

    /// Writes to the file behind the store's back.
    func tamper(_ sql: String, arguments: StatementArguments = []) throws {
        try intrude { try $0.execute(sql: sql, arguments: arguments) }
    }

    /// Accesses the file behind the store's back; the triggers of the audit trail are gone then.
    func intrude<Value>(_ body: (Database) throws -> Value) throws -> Value {
        let queue = try intruder()
        defer { try? queue.close() }
        return try queue.writeWithoutTransaction(body)
    }

    /// A connection that no trigger and no foreign key holds back.
    func intruder() throws -> DatabaseQueue {
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { database in
            for trigger in ["audit_is_never_changed", "audit_is_never_shortened"] {
                try database.execute(sql: "DROP TRIGGER IF EXISTS \(trigger)")
            }
            try database.execute(sql: "PRAGMA foreign_keys = OFF")
            try database.execute(sql: "PRAGMA synchronous = OFF")
        }
        return queue
    }

    /// A folder with a store of a few revisions and refusals, closed.
    func writeTrail(revisions: UInt64 = 4) async throws {
        let store = try open()
        for number in 1...revisions {
            try await store.commit(.revision(.numbered(number)), audit: .accepted())
            try await store.commit(.none, audit: .refused())
        }
        try store.close()
    }
}

let operatorAna = Author(uid: 1000, name: "ana")

let noon = Timestamp(millisecondsSince1970: 1_790_000_000_000)

extension PolicyRevision {
    static func numbered(
        _ number: UInt64,
        document: PolicyDocument? = nil
    ) -> PolicyRevision {
        PolicyRevision(
            number: RevisionNumber(number),
            parent: number > 1 ? RevisionNumber(number - 1) : nil,
            author: operatorAna,
            reason: "reason \(number)",
            created: noon.advanced(bySeconds: Int64(number)),
            summary: "summary \(number)",
            document: document ?? .withBlockSeconds(Int64(number))
        )
    }
}

extension PolicyDocument {
    static func withBlockSeconds(_ seconds: Int64) -> PolicyDocument {
        PolicyDocument(limits: LimitRules(blockSeconds: seconds))
    }
}

extension AuditDraft {
    static func accepted(reason: String? = "because") -> AuditDraft {
        AuditDraft(
            time: noon,
            author: operatorAna,
            action: .editPolicy,
            before: #"{"limits.blockSeconds":"1"}"#,
            after: #"{"limits.blockSeconds":"2"}"#,
            reason: reason
        )
    }

    static func refused() -> AuditDraft {
        AuditDraft(time: noon, author: operatorAna, action: .editPolicy, outcome: .refused)
    }
}

extension BanRecord {
    static func of(_ prefix: String, expires: Timestamp? = nil) throws -> BanRecord {
        BanRecord(
            prefix: try AddressPrefix(parsing: prefix),
            reason: "scanner",
            author: operatorAna,
            created: noon,
            expires: expires
        )
    }
}

/// The error that `body` throws, or nil.
func storeError(_ body: () async throws -> Void) async -> StoreError? {
    do {
        try await body()
        return nil
    } catch {
        return error as? StoreError
    }
}
