/// What a digest of a presented credential turned out to be.
package enum CredentialVerdict: Equatable, Sendable {
    case verified(KeyIdentity)
    /// `cause` is for records only; `key` is nil when the digest belongs to no key.
    case refused(cause: ReasonCode, key: KeyID?)
}

/// A verified caller.
package struct KeyIdentity: Equatable, Sendable {
    package var id: KeyID
    /// Whether the secret was superseded and still works because of its grace window.
    package var isGraceUse: Bool
    /// When this very secret stops working; nil means never.
    ///
    /// A cached verdict ends here.
    package var validUntil: Timestamp?

    package init(id: KeyID, isGraceUse: Bool = false, validUntil: Timestamp? = nil) {
        self.id = id
        self.isGraceUse = isGraceUse
        self.validUntil = validUntil
    }
}
