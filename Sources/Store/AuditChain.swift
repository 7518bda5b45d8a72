import Crypto
import Policy

/// The arithmetic of the audit trail: what is hashed, in which order.
enum AuditChain {
    /// What the first entry has as its previous hash.
    static let origin = [UInt8](repeating: 0, count: 32)

    /// The entry that follows the one numbered `sequence` with `hash`.
    static func entry(
        after sequence: Int64,
        hash previous: [UInt8],
        draft: AuditDraft,
        revision: RevisionNumber?,
        documentHash: [UInt8]?
    ) -> AuditEntry {
        AuditEntry(
            sequence: sequence + 1,
            draft: draft,
            revision: revision,
            documentHash: documentHash,
            previousHash: previous,
            hash: digest(
                sequence: sequence + 1,
                previous: previous,
                draft: draft,
                revision: revision,
                documentHash: documentHash
            )
        )
    }

    /// Whether the entry's hash is that of its own contents.
    static func isSound(_ entry: AuditEntry) -> Bool {
        entry.hash
            == digest(
                sequence: entry.sequence,
                previous: entry.previousHash,
                draft: entry.draft,
                revision: entry.revision,
                documentHash: entry.documentHash
            )
    }

    private static func digest(
        sequence: Int64,
        previous: [UInt8],
        draft: AuditDraft,
        revision: RevisionNumber?,
        documentHash: [UInt8]?
    ) -> [UInt8] {
        var bytes = CanonicalBytes()
        bytes.append(text: "gatehouse-audit-1")
        bytes.append(integer: sequence)
        bytes.append(field: previous)
        bytes.append(integer: draft.time.millisecondsSince1970)
        bytes.append(integer: Int64(draft.author.uid))
        bytes.append(text: draft.author.name)
        bytes.append(text: draft.action.rawValue)
        bytes.append(text: draft.outcome.rawValue)
        bytes.append(text: draft.before)
        bytes.append(text: draft.after)
        bytes.append(text: draft.reason)
        bytes.append(text: revision.map(\.description))
        bytes.append(field: documentHash)
        return Array(SHA256.hash(data: bytes.bytes))
    }
}

/// An unambiguous encoding: every field says whether it is there and how long it is.
private struct CanonicalBytes {
    private(set) var bytes: [UInt8] = []

    mutating func append(integer: Int64) {
        for shift in stride(from: 56, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: integer >> Int64(shift)))
        }
    }

    mutating func append(text: String?) {
        append(field: text.map { Array($0.utf8) })
    }

    mutating func append(field: [UInt8]?) {
        bytes.append(field == nil ? 0 : 1)
        guard let field else { return }
        append(integer: Int64(field.count))
        bytes += field
    }
}
