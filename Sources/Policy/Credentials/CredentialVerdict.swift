/// What a digest of a presented credential turned out to be.
package enum CredentialVerdict: Equatable, Sendable {
    case verified(KeyIdentity)
    /// `cause` is for records only; `key` is nil when the digest belongs to no key.
    case refused(cause: ReasonCode, key: KeyID?)
}

/// A verified caller.
///
/// A reference, because every call passes it on and its texts would be counted each time.
package final class KeyIdentity: Equatable, Sendable {
    /// What limits and records are kept by.
    package let id: KeyID
    /// Whether the secret was superseded and still works because of its grace window.
    package let isGraceUse: Bool
    /// When this very secret stops working; nil means never.
    ///
    /// A cached verdict ends here.
    package let validUntil: Timestamp?
    /// What the caller may do; nil means everything.
    package let access: AccessPolicy?

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

    package static func == (left: KeyIdentity, right: KeyIdentity) -> Bool {
        left === right
            || (left.id == right.id && left.isGraceUse == right.isGraceUse
                && left.validUntil == right.validUntil && left.access == right.access)
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
