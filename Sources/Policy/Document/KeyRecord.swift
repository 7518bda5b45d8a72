/// An API key as it is remembered: everything but the secret.
package struct KeyRecord: Equatable, Sendable, Codable {
    /// What an operator decided about the key.
    package enum State: String, Sendable, Codable {
        case enabled
        case disabled
        /// Final; a revoked key never comes back.
        case revoked
    }

    /// Public, eight characters of base62; safe in lists, logs and the audit trail.
    package var id: KeyID
    /// The operator's words for who holds it; 1…64 characters.
    package var name: String
    package var state: State
    package var created: Timestamp
    package var expires: Timestamp?
    /// The live secret first; a second one only while a rotation is in its grace window.
    package var secrets: [KeySecret]

    package init(
        id: KeyID,
        name: String,
        state: State = .enabled,
        created: Timestamp,
        expires: Timestamp? = nil,
        secrets: [KeySecret]
    ) {
        self.id = id
        self.name = name
        self.state = state
        self.created = created
        self.expires = expires
        self.secrets = secrets
    }
}

/// One secret of a key: its digest and how long it counts.
package struct KeySecret: Equatable, Sendable, Codable {
    package var digest: SecretDigest
    package var created: Timestamp
    /// Set when a rotation superseded it: the moment it stops working.
    package var retires: Timestamp?

    package init(digest: SecretDigest, created: Timestamp, retires: Timestamp? = nil) {
        self.digest = digest
        self.created = created
        self.retires = retires
    }
}

/// A key's public id.
package struct KeyID: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    package var rawValue: String

    package init(_ rawValue: String) {
        self.rawValue = rawValue
    }

    package init(from decoder: any Decoder) throws {
        rawValue = try decoder.singleValueContainer().decode(String.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }

    package static func < (left: Self, right: Self) -> Bool {
        left.rawValue < right.rawValue
    }

    package var description: String { rawValue }
}
