import Foundation
import GRDB
package import Policy

/// Names are kept as bytes: text that is only equivalent is another tool, and a NUL is no end.
extension ToolPin {
    init(row: Row) throws {
        self.init(
            server: try row.value("server"),
            tool: String(decoding: try row.bytes("tool"), as: UTF8.self),
            approved: Version(
                digest: try row.digest("approved_sha256"),
                definition: try row.bytes("approved_definition")
            )
        )
        if try row.optional("pending_sha256", as: Data.self) != nil {
            pending = Version(
                digest: try row.digest("pending_sha256"),
                definition: try row.bytes("pending_definition")
            )
        }
    }

    var columns: StatementArguments {
        [
            server, Data(tool.utf8), Data(approved.digest.bytes), Data(approved.definition),
            pending.map { Data($0.digest.bytes) }, pending.map { Data($0.definition) },
        ]
    }

    func write(to database: Database) throws {
        try database.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO tool_pin (server, tool, approved_sha256,
                    approved_definition, pending_sha256, pending_definition)
                VALUES (?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: columns)
    }
}

extension Row {
    fileprivate func digest(_ column: String) throws -> SecretDigest {
        guard let digest = SecretDigest(bytes: try bytes(column)) else {
            throw RowProblem(column: column)
        }
        return digest
    }
}

extension SecretDigest {
    fileprivate var bytes: [UInt8] {
        let (first, second, third, fourth) = words
        return [first, second, third, fourth].flatMap { word in
            stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> $0) }
        }
    }
}

extension PolicyStore {
    /// Remembers what tools are pinned as, in place of what is remembered of them; only `commit`
    /// may approve one.
    package func writeToolPins(_ pins: [ToolPin]) async throws(StoreError) {
        try await transaction { database in
            for pin in pins { try pin.write(to: database) }
        }
    }

    /// Every pin, by server and name.
    package func toolPins() async throws(StoreError) -> [ToolPin] {
        try await transaction { database in
            try Row.fetchAll(database, sql: "SELECT * FROM tool_pin ORDER BY server, tool")
                .map(ToolPin.init(row:))
        }
    }
}
