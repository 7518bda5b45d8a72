import Crypto
import Foundation
import GRDB
import MCP
import Policy

/// A policy document as the store keeps it: canonical JSON and its SHA-256.
struct StoredDocument {
    var json: Data
    var hash: [UInt8]

    /// Sorted members and no spare white space, so that equal documents are equal bytes.
    init(_ document: PolicyDocument) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        self.init(json: try encoder.encode(document))
    }

    init(json: Data) {
        self.json = json
        hash = Array(SHA256.hash(data: json))
    }

    /// Reads what an older build stored too: members that came since have their defaults.
    ///
    /// - Throws: When a single other member is missing, unknown, there twice or out of its range: a
    ///   policy that is not wholly understood is not obeyed.
    func decoded() throws -> PolicyDocument {
        try PolicyDocument(json: JSONValue.parse(Array(json)))
    }
}

extension PolicyRevision {
    init(row: Row) throws {
        let stored = StoredDocument(json: try row.value("document"))
        guard stored.hash == (try row.bytes("sha256")) else {
            throw RowProblem(column: "sha256")
        }
        self.init(
            number: RevisionNumber(try row.count("number")),
            parent: try row.optionalNumber("parent"),
            author: try row.author(),
            reason: try row.optional("reason"),
            created: try row.timestamp("created_ms"),
            summary: try row.value("summary"),
            document: try stored.decoded()
        )
    }

    func columns(_ stored: StoredDocument) -> StatementArguments {
        [
            number.column, parent?.column, author.uid, author.name, reason,
            created.millisecondsSince1970, summary, stored.json, Data(stored.hash),
        ]
    }
}
