import Admin
import Logging
import Policy
import Store
import Synchronization
import Telemetry

/// What an edit is, besides the document it leads to.
struct EditRequest {
    var action: AuditDraft.Action
    var author: Author
    /// The revision the operator was looking at; nil means whatever is current.
    var base: RevisionNumber?
    var reason: String?
    /// The line for lists; nil means the changes in words.
    var summary: String?
}

extension ControlPlane {
    /// Takes one edit from its request to every event loop.
    ///
    /// `make` computes the new document from the running one, and may refuse.
    func edit(
        _ request: EditRequest,
        make: (PolicyDocument, Timestamp) async throws(AdminError) -> PolicyDocument
    ) async throws(AdminError) -> EditOutcome {
        let called = clock.monotonic()
        return try await edits.run { () async throws(AdminError) -> EditOutcome in
            let current = revision
            let document: PolicyDocument
            do throws(AdminError) {
                try requireBase(request.base, current: current.number)
                try requireReason(request.reason)
                document = try await make(current.document, clock.wall())
                try requireValid(document)
            } catch {
                await recordRefusal(error, action: request.action, request: request)
                throw error
            }
            return try await bringIntoForce(document, request, current: current, called: called)
        }
    }

    /// The document that `edit` makes of `document`.
    func applying(
        _ edit: PolicyEdit,
        to document: PolicyDocument,
        at now: Timestamp
    ) throws(AdminError) -> PolicyDocument {
        do {
            return try document.applying(edit, at: now)
        } catch {
            throw AdminError(
                .invalidPolicy,
                Self.words(for: error.problems),
                problems: error.problems
            )
        }
    }

    /// What `edit` would change and what is wrong with it, on the running revision.
    func preview(_ edit: PolicyEdit) -> EditPreview {
        let current = revision
        do {
            let document = try current.document.applying(edit, at: clock.wall())
            return EditPreview(
                base: current.number,
                changes: changes(from: current.document, to: document)
                    + upheld(edit, on: current.document),
                problems: document.problems()
            )
        } catch {
            return EditPreview(base: current.number, changes: [], problems: error.problems)
        }
    }

    /// The difference, with a line of its own when no usable key is left.
    func changes(from old: PolicyDocument, to new: PolicyDocument) -> [PolicyChange] {
        let changes = new.changes(from: old)
        let now = clock.wall()
        let (before, after) = (old.usableKeyCount(at: now), new.usableKeyCount(at: now))
        guard new.authentication.isRequired, after == 0,
            before > 0 || !old.authentication.isRequired
        else { return changes }
        return changes + [
            PolicyChange(
                kind: .changed,
                subject: "usable keys",
                before: "\(before)",
                after: "0; every client will be refused until a key is made or enabled"
            )
        ]
    }

    /// What a replacement says otherwise and leaves as it is.
    func upheld(_ edit: PolicyEdit, on document: PolicyDocument) -> [PolicyChange] {
        guard case .replace(let older) = edit else { return [] }
        return document.upheld(against: older, at: clock.wall())
    }

    private func bringIntoForce(
        _ document: PolicyDocument,
        _ request: EditRequest,
        current: PolicyRevision,
        called: MonotonicTime
    ) async throws(AdminError) -> EditOutcome {
        let changes = changes(from: current.document, to: document)
        guard document != current.document else {
            return EditOutcome(
                revision: current.number,
                changes: [],
                persistMicroseconds: 0,
                activationMicroseconds: 0
            )
        }
        let next = PolicyRevision(
            number: RevisionNumber(current.number.rawValue + 1),
            parent: current.number,
            author: request.author,
            reason: request.reason.map(SecretRedaction.redacted),
            created: clock.wall(),
            summary: SecretRedaction.redacted(request.summary ?? changes.summary),
            document: document
        )
        let policy = EnforcedPolicy(
            snapshot: PolicySnapshot(document, number: next.number),
            bans: live.current.bans
        )
        try await persist(
            .revision(next),
            audit: draft(request, changes: changes, at: next.created)
        )
        let persisted = clock.microseconds(since: called)
        let activated = await activate(policy) { $0.revision = next }
        state.withLock { $0.activations.note(activated, of: next.number) }
        announce(next)
        return EditOutcome(
            revision: next.number,
            changes: changes,
            persistMicroseconds: persisted,
            activationMicroseconds: activated
        )
    }

    /// Commits, and says in an operator's words when the store refused.
    func persist(_ change: StoreChange, audit: AuditDraft) async throws(AdminError) {
        do {
            try await store.commit(change, audit: audit)
        } catch {
            logger.error("edit not stored", metadata: ["error": "\(error)"])
            throw AdminError(.storeFailed, "nothing changed: \(error.message)")
        }
    }

    /// Hands `policy` to every event loop; returns how many microseconds that took.
    func activate(_ policy: EnforcedPolicy, adopt: (inout State) -> Void) async -> Int64 {
        let start = clock.monotonic()
        await live.activate(policy)
        let microseconds = clock.microseconds(since: start)
        state.withLock { adopt(&$0) }
        return microseconds
    }

    /// Records an attempt that was refused; the refusal stands whether or not that succeeds.
    func recordRefusal(
        _ refusal: AdminError,
        action: AuditDraft.Action,
        request: EditRequest
    ) async {
        let draft = AuditDraft(
            time: clock.wall(),
            author: request.author,
            action: action,
            outcome: .refused,
            after: AuditText.refusal(refusal.code.rawValue, refusal.message, refusal.problems),
            reason: request.reason.map(PrintableText.detail)
        )
        do {
            try await store.commit(.none, audit: draft)
        } catch {
            logger.error("refused edit not recorded", metadata: ["error": "\(error)"])
        }
    }

    private func draft(
        _ request: EditRequest,
        changes: [PolicyChange],
        at time: Timestamp
    ) -> AuditDraft {
        AuditDraft(
            time: time,
            author: request.author,
            action: request.action,
            before: AuditText.before(changes),
            after: AuditText.after(changes),
            reason: request.reason
        )
    }

    private func announce(_ next: PolicyRevision) {
        telemetry.record(
            SecurityEvent(
                time: next.created,
                kind: .policyChanged,
                severity: .info,
                detail: PrintableText.detail(
                    "revision \(next.number) by \(next.author): \(next.summary)"
                )
            )
        )
        logger.info(
            "policy changed",
            metadata: ["revision": "\(next.number)", "uid": "\(next.author.uid)"]
        )
    }
}

extension PolicyDocument {
    fileprivate func usableKeyCount(at now: Timestamp) -> Int {
        authentication.keys.count { $0.isUsable(at: now) }
    }
}
