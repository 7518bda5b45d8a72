package import Policy
package import Store
package import Telemetry

/// What the store held, or was given, when the process started.
package struct ControlOpening: Sendable {
    package let revision: PolicyRevision
    package let bans: [BanRecord]
    /// Whom the gate had shut out by itself, ended blocks included.
    package let blocks: [KeptBlock]
    /// What the tools behind the gate were when they were first seen, or last approved.
    package let toolPins: [ToolPin]
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
    /// With authentication required and no key anywhere, the first start makes one. Without
    /// `derivePassword` the environment can bring no password.
    ///
    /// - Throws: `StoreError` when the store cannot be read or written, `AdminError` when no key can
    ///   be made. A policy that is not wholly understood is never replaced by a default.
    package static func start(
        store: PolicyStore,
        seed: EnvironmentSeed,
        author: Author,
        keyEnvironment: String,
        clock: ControlClock,
        derivePassword: PasswordDerivationStep? = nil
    ) async throws -> ControlOpening {
        guard let revision = try await store.runningRevision() else {
            return try await firstStart(
                store: store,
                seed: seed,
                author: author,
                keys: SeededKeys(
                    mint: KeyMint(environment: keyEnvironment, derivePassword: derivePassword),
                    now: clock.wall()
                )
            )
        }
        var warnings = seed.compare(with: revision.document, digest: SecretDigest.init(of:))
        if case .broken(let sequence, let problem) = try await store.verifyAudit() {
            warnings.append(
                "the audit trail is not as it was written: at entry \(sequence), \(problem)"
            )
        }
        return ControlOpening(
            revision: revision,
            bans: try await store.bans(),
            blocks: try await store.blocks(),
            toolPins: try await store.toolPins(),
            keyUsage: try await store.keyUsage(),
            warnings: warnings,
            firstKey: nil
        )
    }

    private static func firstStart(
        store: PolicyStore,
        seed: EnvironmentSeed,
        author: Author,
        keys: SeededKeys
    ) async throws -> ControlOpening {
        var document = seed.document()
        var firstKey: Secret?
        document.authentication.keys = try keys.records(of: seed.credentials)
        if document.authentication.isRequired, document.authentication.keys.isEmpty {
            let first = try keys.first(scheme: seed.authenticationMethod ?? .apiKey)
            document.authentication.keys = [first.record]
            firstKey = first.secret
        }
        let problems = document.problems()
        guard problems.isEmpty else { throw PolicyProblems(problems) }
        let revision = PolicyRevision(
            number: RevisionNumber(1),
            parent: nil,
            author: author,
            reason: nil,
            created: keys.now,
            summary: "first start",
            document: document
        )
        try await store.commit(
            .revision(revision),
            audit: AuditDraft(
                time: keys.now,
                author: author,
                action: .firstStart,
                after: AuditText.after(document.changes(from: PolicyDocument()))
            )
        )
        return ControlOpening(
            revision: revision,
            bans: try await store.bans(),
            blocks: [],
            toolPins: [],
            keyUsage: [],
            warnings: seed.warnings,
            firstKey: firstKey
        )
    }
}
