/// Every secret of a policy, compiled for lookup: by digest, or by user for passwords.
struct CredentialTable: Sendable {
    private let holders: [SecretDigest: CredentialHolder]
    private let passwords: [[UInt8]: [PasswordCandidate]]

    init(_ keys: [KeyRecord]) {
        var holders: [SecretDigest: CredentialHolder] = [:]
        var passwords: [[UInt8]: [PasswordCandidate]] = [:]
        var compiled: [AccessRules: AccessPolicy] = [:]
        for key in keys {
            let access = compiled[key.access] ?? AccessPolicy(key.access)
            if let access { compiled[key.access] = access }
            for secret in key.secrets {
                let holder = CredentialHolder(key, secret, access: access)
                if let username = key.username, key.scheme == .basic {
                    passwords[Array(username.utf8), default: []]
                        .append(PasswordCandidate(secret: secret, holder: holder))
                } else {
                    holders[secret.digest] = holder
                }
            }
        }
        self.holders = holders
        self.passwords = passwords.mapValues(Self.candidates)
    }

    /// The gravest cause first: revoked, disabled, expired, retired.
    ///
    /// A secret that was shown where its scheme does not belong is nobody's.
    func verify(
        _ digest: SecretDigest,
        shownIn place: KeyGuard.Place,
        at now: Timestamp
    ) -> CredentialVerdict {
        guard let holder = holders[digest], holder.scheme.isShown(in: place) else {
            return .refused(cause: .credentialsInvalid, key: nil)
        }
        return holder.verdict(at: now)
    }

    func isPasswordGood(_ digest: SecretDigest, of key: KeyID, at now: Timestamp) -> Bool {
        passwords.values.joined().contains { candidate in
            guard candidate.secret.digest == digest, candidate.holder.key == key,
                case .verified = candidate.verdict(at: now)
            else { return false }
            return true
        }
    }

    var hasPasswords: Bool { !passwords.isEmpty }

    func candidates(forUser user: [UInt8]) -> [PasswordCandidate] { passwords[user] ?? [] }

    /// The secrets of a user's one live key or, when all were revoked, of the last one: never more
    /// than two, because each costs a derivation.
    private static func candidates(_ all: [PasswordCandidate]) -> [PasswordCandidate] {
        let live = all.filter { $0.holder.state != .revoked }
        return Array((live.isEmpty ? all : live).suffix(PolicyBounds.secretsPerKeyMax))
    }
}

/// What there is to know of a secret's key once the secret was shown.
struct CredentialHolder: Sendable {
    let key: KeyID
    let scheme: KeyRecord.Scheme
    let state: KeyRecord.State
    private let expires: Timestamp?
    private let retires: Timestamp?
    private let access: AccessPolicy?

    init(_ key: KeyRecord, _ secret: KeySecret, access: AccessPolicy?) {
        self.key = key.id
        scheme = key.scheme
        state = key.state
        expires = key.expires
        retires = secret.retires
        self.access = access
    }

    func verdict(at now: Timestamp) -> CredentialVerdict {
        switch state {
        case .revoked: return refused(.keyRevoked)
        case .disabled: return refused(.keyDisabled)
        case .enabled: break
        }
        if let expires, now >= expires { return refused(.keyExpired) }
        if let retires, now >= retires { return refused(.keySecretRetired) }
        return .verified(
            KeyIdentity(
                id: key,
                isGraceUse: retires != nil,
                validUntil: [expires, retires].compactMap { $0 }.min(),
                access: access
            )
        )
    }

    private func refused(_ cause: ReasonCode) -> CredentialVerdict {
        .refused(cause: cause, key: key)
    }
}

extension KeyRecord.Scheme {
    fileprivate func isShown(in place: KeyGuard.Place) -> Bool {
        switch self {
        case .apiKey: true
        case .bearer: place == .authorization
        case .basic: false
        }
    }
}
