package import Policy

/// A key to be made.
package struct KeyCreation: Equatable, Sendable, Codable {
    package var name: String
    package var scheme: KeyRecord.Scheme
    /// For `.basic` only.
    package var username: String?
    /// For `.basic` only; nil for one at random.
    package var password: Secret?
    package var access: AccessRules
    /// Nil means never.
    package var expires: Timestamp?
    /// Nil means whatever is current.
    package var base: RevisionNumber?
    package var reason: String?

    package init(
        name: String,
        scheme: KeyRecord.Scheme = .apiKey,
        username: String? = nil,
        password: Secret? = nil,
        access: AccessRules = AccessRules(),
        expires: Timestamp? = nil,
        base: RevisionNumber? = nil,
        reason: String? = nil
    ) {
        self.name = name
        self.scheme = scheme
        self.username = username
        self.password = password
        self.access = access
        self.expires = expires
        self.base = base
        self.reason = reason
    }
}

/// A fresh secret, shown once.
package struct IssuedKey: Equatable, Sendable, Codable {
    package var id: KeyID
    /// The whole key, or the password, as a client presents it.
    package var secret: Secret
    /// When the superseded secret stops working; nil for a new key.
    package var oldSecretRetires: Timestamp?
    package var outcome: EditOutcome

    package init(
        id: KeyID,
        secret: Secret,
        oldSecretRetires: Timestamp? = nil,
        outcome: EditOutcome
    ) {
        self.id = id
        self.secret = secret
        self.oldSecretRetires = oldSecretRetires
        self.outcome = outcome
    }
}
