package import Policy

/// Derives the stored form of a password: slow by design, so never on an event loop.
package typealias PasswordDerivationStep =
    @Sendable (Secret) throws -> (digest: SecretDigest, derivation: PasswordDerivation)

/// Makes the keys of a first policy.
struct SeededKeys {
    let mint: KeyMint
    let now: Timestamp
    let derivePassword: PasswordDerivationStep?

    /// A key for each credential that the operator brought; it keeps its own id when it is one of
    /// ours.
    func records(of credentials: [SeedCredential]) throws -> [KeyRecord] {
        var records: [KeyRecord] = []
        for credential in credentials {
            let taken = Set(records.map(\.id))
            let own = KeyText.parse(credential.secret.revealed())?.id
            let id = own.flatMap { taken.contains($0) ? nil : $0 }
            records.append(
                KeyRecord(
                    id: try id ?? mint.mint(unlike: taken).id,
                    name: credential.variable,
                    created: now,
                    secrets: [try secret(of: credential)],
                    scheme: credential.scheme,
                    username: credential.username
                )
            )
        }
        return records
    }

    /// The key that the gate makes itself when there is none, and its secret, shown once.
    func first(scheme: KeyRecord.Scheme) throws -> (record: KeyRecord, secret: Secret) {
        let minted = try mint.mint(unlike: [])
        let record = KeyRecord(
            id: minted.id,
            name: "first key",
            created: now,
            secrets: [KeySecret(digest: minted.digest, created: now)],
            scheme: scheme
        )
        return (record, minted.secret)
    }

    private func secret(of credential: SeedCredential) throws -> KeySecret {
        guard credential.scheme == .basic else {
            return KeySecret(digest: SecretDigest(of: credential.secret), created: now)
        }
        guard let derivePassword else {
            throw PolicyProblems([
                PolicyProblem(
                    path: "authentication.keys",
                    message: "passwords cannot be derived here; use an API key or a bearer token"
                )
            ])
        }
        let derived = try derivePassword(credential.secret)
        return KeySecret(digest: derived.digest, created: now, derivation: derived.derivation)
    }
}
