package import Policy

/// Derives the stored form of a password: slow by design, so never on an event loop.
package typealias PasswordDerivationStep =
    @Sendable (Secret) throws -> (digest: SecretDigest, derivation: PasswordDerivation)

/// Makes the keys of a first policy.
struct SeededKeys {
    let mint: KeyMint
    let now: Timestamp

    /// A key for each credential that the operator brought; it keeps its own id when it is one of
    /// ours.
    func records(of credentials: [SeedCredential]) throws -> [KeyRecord] {
        var records: [KeyRecord] = []
        for credential in credentials {
            let taken = Set(records.map(\.id))
            let own = KeyText.parse(credential.secret.revealed())?.id
            let fresh = own.flatMap { taken.contains($0) ? nil : $0 }
            let id = try fresh ?? mint.mint(.apiKey, unlike: taken).id
            records.append(
                KeyRecord(
                    id: id,
                    name: credential.variable,
                    created: now,
                    secrets: [try secret(of: credential, id: id)],
                    scheme: credential.scheme,
                    username: credential.username
                )
            )
        }
        return records
    }

    /// The key that the gate makes itself when there is none, and its secret, shown once.
    func first(scheme: KeyRecord.Scheme) throws -> (record: KeyRecord, secret: Secret) {
        let minted = try mint.mint(scheme, unlike: [])
        let record = KeyRecord(
            id: minted.id,
            name: "first key",
            created: now,
            secrets: [minted.record(at: now)],
            scheme: scheme
        )
        return (record, minted.secret)
    }

    private func secret(of credential: SeedCredential, id: KeyID) throws -> KeySecret {
        guard credential.scheme == .basic else {
            return KeySecret(digest: SecretDigest(of: credential.secret), created: now)
        }
        return try mint.derive(credential.secret, id: id).record(at: now)
    }
}
