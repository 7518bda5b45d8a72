extension PolicyDocument {
    /// An older document brought back without bringing anything dead to life.
    ///
    /// Everything comes from `older`, except keys, where the safer of both counts: a revoked key
    /// stays revoked, a key created since becomes revoked, the earlier expiry stays, and secrets
    /// are always those of this document, so that a superseded one never returns. A key that only
    /// `older` knows comes back as it was.
    ///
    /// A lockdown is not undone either: like a ban it is lifted by itself or not at all.
    package func restoring(_ older: PolicyDocument) -> PolicyDocument {
        var result = older
        result.lockdown = lockdown ?? older.lockdown
        let current = Dictionary(
            authentication.keys.map { ($0.id, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        let known = Set(older.authentication.keys.map(\.id))
        let restored = older.authentication.keys.map { key in
            current[key.id].map { $0.restoring(key) } ?? key
        }
        let createdSince = authentication.keys.filter { !known.contains($0.id) }
        result.authentication.keys =
            restored
            + createdSince.map { key in
                var revoked = key
                revoked.state = .revoked
                return revoked
            }
        return result
    }

    /// What `older` says otherwise and `restoring` keeps as it is, as lines of a difference.
    package func upheld(against older: PolicyDocument, at now: Timestamp) -> [PolicyChange] {
        guard let lockdown = lockdown(at: now), older.lockdown != lockdown else {
            return []
        }
        return [
            PolicyChange(
                kind: .changed,
                subject: "lockdown",
                before: lockdown.words,
                after: "the same: an older policy does not lift it"
            )
        ]
    }
}

extension PolicyDocument {
    /// The lockdown that is in force at `now`.
    package func lockdown(at now: Timestamp) -> LockdownRule? {
        guard let lockdown else { return nil }
        return lockdown.expires.map { now < $0 } ?? true ? lockdown : nil
    }
}

extension KeyRecord {
    fileprivate func restoring(_ older: KeyRecord) -> KeyRecord {
        var result = older
        result.secrets = secrets
        result.scheme = scheme
        result.username = username
        result.created = created
        result.expires = [expires, older.expires].compactMap { $0 }.min()
        if state == .revoked { result.state = .revoked }
        return result
    }
}
