extension PolicyDocument {
    /// An older document brought back without bringing anything dead to life.
    ///
    /// Everything comes from `older`, except keys, where the safer of both counts: a revoked key
    /// stays revoked, a key created since becomes revoked, the earlier expiry stays, and secrets
    /// are always those of this document, so that a superseded one never returns. A key that only
    /// `older` knows comes back as it was.
    package func restoring(_ older: PolicyDocument) -> PolicyDocument {
        var result = older
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
