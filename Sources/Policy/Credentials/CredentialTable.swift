/// Every secret's digest, compiled for lookup.
struct CredentialTable: Sendable {
    private struct Entry: Sendable {
        var key: KeyID
        var state: KeyRecord.State
        var expires: Timestamp?
        var retires: Timestamp?
    }

    private let entries: [SecretDigest: Entry]

    init(_ keys: [KeyRecord]) {
        var entries: [SecretDigest: Entry] = [:]
        for key in keys {
            for secret in key.secrets {
                entries[secret.digest] = Entry(
                    key: key.id,
                    state: key.state,
                    expires: key.expires,
                    retires: secret.retires
                )
            }
        }
        self.entries = entries
    }

    /// The gravest cause first: revoked, disabled, expired, retired.
    func verify(_ digest: SecretDigest, at now: Timestamp) -> CredentialVerdict {
        guard let entry = entries[digest] else {
            return .refused(cause: .credentialsInvalid, key: nil)
        }
        func refused(_ cause: ReasonCode) -> CredentialVerdict {
            .refused(cause: cause, key: entry.key)
        }
        switch entry.state {
        case .revoked: return refused(.keyRevoked)
        case .disabled: return refused(.keyDisabled)
        case .enabled: break
        }
        if let expires = entry.expires, now >= expires { return refused(.keyExpired) }
        if let retires = entry.retires, now >= retires { return refused(.keySecretRetired) }
        return .verified(
            KeyIdentity(
                id: entry.key,
                isGraceUse: entry.retires != nil,
                validUntil: [entry.expires, entry.retires].compactMap { $0 }.min()
            )
        )
    }
}
