package import Policy
package import Store
package import Telemetry

/// What the store held, or was given, when the process started.
package struct ControlOpening: Sendable {
    package let revision: PolicyRevision
    package let bans: [BanRecord]
    package let keyUsage: [KeyUsage]
    /// What an operator should know at once: settings in the environment that are not obeyed, and
    /// an audit trail that is not as it was written.
    package let warnings: [String]
    /// The key that the first start made because there was none; shown once, kept nowhere.
    package let firstKey: Secret?

    /// What the data plane begins with.
    package var enforced: EnforcedPolicy {
        EnforcedPolicy(
            snapshot: PolicySnapshot(revision.document, number: revision.number),
            bans: BanTable(bans)
        )
    }
}

extension ControlPlane {
    /// Loads the policy in force; a new store gets its first one from the environment.
    ///
    /// With authentication required and no key anywhere, the first start makes one.
    /// - Throws: `StoreError` when the store cannot be read or written, `AdminError` when no key can
    ///   be made. A policy that is not wholly understood is never replaced by a default.
    package static func start(
        store: PolicyStore,
        seed: EnvironmentSeed,
        author: Author,
        keyEnvironment: String,
        clock: ControlClock
    ) async throws -> ControlOpening {
        guard let revision = try await store.runningRevision() else {
            return try await firstStart(
                store: store,
                seed: seed,
                author: author,
                mint: KeyMint(environment: keyEnvironment),
                now: clock.wall()
            )
        }
        var warnings = seed.compare(
            with: revision.document,
            apiKeyDigest: seed.apiKey.map(SecretDigest.init(of:))
        )
        if case .broken(let sequence, let problem) = try await store.verifyAudit() {
            warnings.append(
                "the audit trail is not as it was written: at entry \(sequence), \(problem)"
            )
        }
        return ControlOpening(
            revision: revision,
            bans: try await store.bans(),
            keyUsage: try await store.keyUsage(),
            warnings: warnings,
            firstKey: nil
        )
    }

    private static func firstStart(
        store: PolicyStore,
        seed: EnvironmentSeed,
        author: Author,
        mint: KeyMint,
        now: Timestamp
    ) async throws -> ControlOpening {
        var document = seed.document()
        var firstKey: Secret?
        if let key = seed.apiKey {
            document.authentication.keys.append(try record(of: key, mint: mint, now: now))
        } else if document.authentication.isRequired, document.authentication.keys.isEmpty {
            let minted = try mint.mint(unlike: [])
            document.authentication.keys.append(
                KeyRecord(
                    id: minted.id,
                    name: "first key",
                    created: now,
                    secrets: [KeySecret(digest: minted.digest, created: now)]
                )
            )
            firstKey = minted.secret
        }
        let revision = PolicyRevision(
            number: RevisionNumber(1),
            parent: nil,
            author: author,
            reason: nil,
            created: now,
            summary: "first start",
            document: document
        )
        try await store.commit(
            .revision(revision),
            audit: AuditDraft(
                time: now,
                author: author,
                action: .firstStart,
                after: AuditText.after(document.changes(from: PolicyDocument()))
            )
        )
        return ControlOpening(
            revision: revision,
            bans: try await store.bans(),
            keyUsage: [],
            warnings: [],
            firstKey: firstKey
        )
    }

    /// A key that the operator brought; it keeps its own id when it is one of ours.
    private static func record(of key: Secret, mint: KeyMint, now: Timestamp) throws -> KeyRecord {
        KeyRecord(
            id: try KeyText.parse(key.revealed())?.id ?? mint.mint(unlike: []).id,
            name: "HTTP_API_KEY",
            created: now,
            secrets: [KeySecret(digest: SecretDigest(of: key), created: now)]
        )
    }
}
