/// What a digest of a presented credential turned out to be.
package enum CredentialVerdict: Equatable, Sendable {
    case verified(KeyIdentity)
    /// `cause` is for records only; `key` is nil when the digest belongs to no key.
    case refused(cause: ReasonCode, key: KeyID?)
}

/// A verified caller.
package struct KeyIdentity: Equatable, Sendable {
    /// What limits and records are kept by.
    package var id: KeyID
    /// Whether the secret was superseded and still works because of its grace window.
    package var isGraceUse: Bool
    /// When this very secret stops working; nil means never.
    ///
    /// A cached verdict ends here.
    package var validUntil: Timestamp?
    /// What the caller may do; nil means everything.
    package var access: AccessPolicy?

    package init(
        id: KeyID,
        isGraceUse: Bool = false,
        validUntil: Timestamp? = nil,
        access: AccessPolicy? = nil
    ) {
        self.id = id
        self.isGraceUse = isGraceUse
        self.validUntil = validUntil
        self.access = access
    }
}

/// One of the secrets that the password of a user may be.
package struct PasswordCandidate: Sendable {
    /// Its digest and the derivation that a password must go through to be compared with it.
    package let secret: KeySecret
    let holder: CredentialHolder

    /// What it means that the password is this one.
    package func verdict(at now: Timestamp) -> CredentialVerdict {
        holder.verdict(at: now)
    }
}
