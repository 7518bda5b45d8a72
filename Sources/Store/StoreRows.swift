import Foundation
import GRDB
import Policy
import Telemetry

/// A row that does not hold what its table promises.
struct RowProblem: Error, CustomStringConvertible {
    var column: String

    var description: String { "column \(column) holds an unexpected value" }
}

extension Row {
    /// A column's value; a row that another program spoilt throws instead of trapping.
    func value<Value: DatabaseValueConvertible>(
        _ column: String,
        as type: Value.Type = Value.self
    ) throws -> Value {
        guard let found: DatabaseValue = self[column],
            let value = Value.fromDatabaseValue(found)
        else { throw RowProblem(column: column) }
        return value
    }

    func optional<Value: DatabaseValueConvertible>(
        _ column: String,
        as type: Value.Type = Value.self
    ) throws -> Value? {
        guard let found: DatabaseValue = self[column], !found.isNull else { return nil }
        return try value(column)
    }

    func bytes(_ column: String) throws -> [UInt8] {
        Array(try value(column, as: Data.self))
    }

    func timestamp(_ column: String) throws -> Timestamp {
        Timestamp(millisecondsSince1970: try value(column))
    }

    func optionalTimestamp(_ column: String) throws -> Timestamp? {
        try optional(column).map(Timestamp.init(millisecondsSince1970:))
    }

    func count(_ column: String) throws -> UInt64 {
        guard let count = UInt64(exactly: try value(column, as: Int64.self)) else {
            throw RowProblem(column: column)
        }
        return count
    }

    func optionalNumber(_ column: String) throws -> RevisionNumber? {
        try optional(column, as: Int64.self) == nil ? nil : RevisionNumber(count(column))
    }

    func author() throws -> Author {
        Author(uid: try value("author_uid"), name: try value("author_name"))
    }
}

extension RevisionNumber {
    /// As SQLite keeps it; a number beyond 2^63 is never reached.
    var column: Int64 { Int64(clamping: rawValue) }
}

extension BanRecord {
    init(row: Row) throws {
        self.init(
            prefix: try AddressPrefix(parsing: try row.value("prefix")),
            reason: try row.optional("reason"),
            author: try row.author(),
            created: try row.timestamp("created_ms"),
            expires: try row.optionalTimestamp("expires_ms")
        )
    }

    var columns: StatementArguments {
        [
            prefix.description, reason, author.uid, author.name,
            created.millisecondsSince1970, expires?.millisecondsSince1970,
        ]
    }
}

extension AuditEntry {
    init(row: Row) throws {
        guard let action = AuditDraft.Action(rawValue: try row.value("action")) else {
            throw RowProblem(column: "action")
        }
        guard let outcome = AuditDraft.Outcome(rawValue: try row.value("outcome")) else {
            throw RowProblem(column: "outcome")
        }
        self.init(
            sequence: try row.value("sequence"),
            draft: AuditDraft(
                kept: try row.optional("before_json"),
                try row.optional("after_json"),
                reason: try row.optional("reason"),
                time: try row.timestamp("time_ms"),
                author: try row.author(),
                action: action,
                outcome: outcome
            ),
            revision: try row.optionalNumber("revision"),
            documentHash: try row.optional("document_sha256", as: Data.self).map(Array.init),
            previousHash: try row.bytes("previous_hash"),
            hash: try row.bytes("hash")
        )
    }

    var columns: StatementArguments {
        [
            sequence, draft.time.millisecondsSince1970, draft.author.uid, draft.author.name,
            draft.action.rawValue, draft.outcome.rawValue, draft.before, draft.after,
            draft.reason, revision?.column, documentHash.map { Data($0) }, Data(previousHash),
            Data(hash),
        ]
    }
}

extension KeyUsage {
    init(row: Row) throws {
        self.init(
            key: KeyID(try row.value("key")),
            lastUsed: try row.timestamp("last_used_ms"),
            lastAddress: try row.value("last_address"),
            requests: try row.count("requests"),
            graceUses: try row.count("grace_uses"),
            lastGraceUse: try row.optionalTimestamp("last_grace_ms"),
            lastGraceAddress: try row.optional("last_grace_address")
        )
    }

    var columns: StatementArguments {
        [
            key.rawValue, lastUsed.millisecondsSince1970, lastAddress,
            Int64(clamping: requests), Int64(clamping: graceUses),
            lastGraceUse?.millisecondsSince1970, lastGraceAddress,
        ]
    }
}
