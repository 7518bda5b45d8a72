/// Identifies one immutable policy; grows by one with every accepted edit, starting at 1.
package struct RevisionNumber: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    package var rawValue: UInt64

    package init(_ rawValue: UInt64) {
        self.rawValue = rawValue
    }

    package init(from decoder: any Decoder) throws {
        rawValue = try decoder.singleValueContainer().decode(UInt64.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    package var description: String { "\(rawValue)" }
}

/// One policy that was in force, with who made it and why.
package struct PolicyRevision: Equatable, Sendable, Codable {
    package var number: RevisionNumber
    /// Nil for the first.
    package var parent: RevisionNumber?
    package var author: Author
    package var reason: String?
    package var created: Timestamp
    /// One line for lists, such as `allowlist +10.0.0.0/8`.
    package var summary: String
    package var document: PolicyDocument

    package init(
        number: RevisionNumber,
        parent: RevisionNumber?,
        author: Author,
        reason: String?,
        created: Timestamp,
        summary: String,
        document: PolicyDocument
    ) {
        self.number = number
        self.parent = parent
        self.author = author
        self.reason = reason
        self.created = created
        self.summary = summary
        self.document = document
    }
}

/// Who made an edit: taken from the peer of the admin socket, never from what it says.
package struct Author: Hashable, Sendable, Codable, CustomStringConvertible {
    package var uid: UInt32
    package var name: String

    package init(uid: UInt32, name: String) {
        self.uid = uid
        self.name = name
    }

    package var description: String { "\(name) (uid \(uid))" }
}
