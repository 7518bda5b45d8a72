/// A credential as it is remembered: everything but the secret.
package struct KeyRecord: Equatable, Sendable, Codable {
    /// What an operator decided about the key.
    package enum State: String, Sendable, Codable, CaseIterable {
        case enabled
        case disabled
        /// Final; a revoked key never comes back.
        case revoked
    }

    /// How its secret is shown.
    package enum Scheme: String, Sendable, Codable, CaseIterable {
        /// In `X-API-Key`, or in `Authorization` as a bearer token.
        case apiKey = "api_key"
        /// In `Authorization` as a bearer token only.
        case bearer
        /// In `Authorization` as the password of a user, RFC 7617.
        case basic
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
    package var scheme: Scheme
    /// For `.basic`: 1…64 visible ASCII characters without a colon; nil otherwise.
    package var username: String?
    package var access: AccessRules

    package init(
        id: KeyID,
        name: String,
        state: State = .enabled,
        created: Timestamp,
        expires: Timestamp? = nil,
        secrets: [KeySecret],
        scheme: Scheme = .apiKey,
        username: String? = nil,
        access: AccessRules = AccessRules()
    ) {
        self.id = id
        self.name = name
        self.state = state
        self.created = created
        self.expires = expires
        self.secrets = secrets
        self.scheme = scheme
        self.username = username
        self.access = access
    }
}

/// One secret of a key: its digest and how long it counts.
package struct KeySecret: Equatable, Sendable, Codable {
    package var digest: SecretDigest
    package var created: Timestamp
    /// Set when a rotation superseded it: the moment it stops working.
    package var retires: Timestamp?
    /// How a password became the digest; nil for plain SHA-256, which secrets of full entropy need.
    package var derivation: PasswordDerivation?

    package init(
        digest: SecretDigest,
        created: Timestamp,
        retires: Timestamp? = nil,
        derivation: PasswordDerivation? = nil
    ) {
        self.digest = digest
        self.created = created
        self.retires = retires
        self.derivation = derivation
    }
}

/// The parameters of scrypt, RFC 7914, with 8 as block size, 1 as parallelism and 32 bytes out.
package struct PasswordDerivation: Equatable, Hashable, Sendable, Codable {
    /// 16 random bytes as 32 lower-case hexadecimal digits.
    package var salt: String
    /// The binary logarithm of the number of rounds, 14…17; a round takes 1 KiB.
    package var cost: Int

    package init(salt: String, cost: Int = 15) {
        self.salt = salt
        self.cost = cost
    }

    /// The salt's 16 bytes; nil when the text is not 32 lower-case hexadecimal digits.
    package var saltBytes: [UInt8]? {
        let digits = Array(salt.utf8.prefix(33))
        guard digits.count == 32 else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: 32, by: 2) {
            guard let upper = digits[index].hexadecimalDigit,
                let lower = digits[index + 1].hexadecimalDigit,
                digits[index].asciiFolded == digits[index],
                digits[index + 1].asciiFolded == digits[index + 1]
            else { return nil }
            bytes.append(upper << 4 | lower)
        }
        return bytes
    }
}

/// A key's public id.
package struct KeyID: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    package let rawValue: String
    /// Made once, because a limited call looks its key up in several tables.
    private let hash: Int

    package init(_ rawValue: String) {
        self.rawValue = rawValue
        hash = rawValue.hashValue
    }

    package init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(String.self))
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.hash == right.hash && left.rawValue == right.rawValue
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(hash)
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
