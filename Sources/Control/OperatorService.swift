import Admin
import Policy
import Store
import Synchronization
import Telemetry

/// The control plane as one operator may use it.
struct OperatorService: AdminService {
    let plane: ControlPlane
    let author: Author

    func status() async throws(AdminError) -> GateStatus {
        let revision = plane.revision
        let facts = plane.facts
        let rules = revision.document.authentication
        let telemetry = plane.telemetry.latest
        return GateStatus(
            version: facts.version,
            processID: facts.processID,
            started: facts.started,
            listenAddress: facts.listenAddress,
            eventLoops: facts.eventLoops,
            upstream: revision.document.upstream?.title,
            upstreams: plane.ports.upstreams(),
            revision: revision.number,
            isAuthenticationRequired: rules.isRequired,
            isAllowlistEmpty: revision.document.allowlist.isEmpty,
            lockdown: revision.document.lockdown(at: plane.clock.wall()),
            certificate: plane.ports.certificate(),
            keySet: rules.tokens?.keySet,
            ignoredForwardings: telemetry.totals.ignoredForwardings,
            drift: plane.warnings,
            openConnections: telemetry.openConnections
        )
    }

    func telemetry() async throws(AdminError) -> TelemetrySnapshot {
        plane.snapshot
    }

    func policy() async throws(AdminError) -> PolicyRevision {
        plane.revision
    }

    func revision(_ number: RevisionNumber) async throws(AdminError) -> PolicyRevision {
        try await plane.kept(number)
    }

    func history(limit: Int) async throws(AdminError) -> [RevisionSummary] {
        try plane.requireLimit(limit)
        let lines: [RevisionLine]
        do {
            lines = try await plane.store.revisionLines(limit: limit)
        } catch {
            throw AdminError(.storeFailed, error.message)
        }
        let activations = plane.state.withLock { $0.activations }
        return lines.map { RevisionSummary($0, activations[$0.number]) }
    }

    func check(_ edit: PolicyEdit) async throws(AdminError) -> EditPreview {
        plane.preview(edit)
    }

    func apply(
        _ edit: PolicyEdit,
        base: RevisionNumber,
        reason: String?
    ) async throws(AdminError) -> EditOutcome {
        let request = EditRequest(action: .editPolicy, author: author, base: base, reason: reason)
        return try await carryOut(request) { edit }
    }

    func rollBack(
        to number: RevisionNumber,
        base: RevisionNumber,
        reason: String?
    ) async throws(AdminError) -> EditOutcome {
        let request = EditRequest(
            action: .rollBack,
            author: author,
            base: base,
            reason: reason,
            summary: "rollback to revision \(number)"
        )
        return try await carryOut(request) { () async throws(AdminError) in
            .replace(try await plane.kept(number).document)
        }
    }

    /// Applies an edit, and tells of what it left as it was although it says otherwise.
    private func carryOut(
        _ request: EditRequest,
        _ edit: () async throws(AdminError) -> PolicyEdit
    ) async throws(AdminError) -> EditOutcome {
        var upheld: [PolicyChange] = []
        var outcome = try await plane.edit(request) { document, now throws(AdminError) in
            let edit = try await edit()
            upheld = plane.upheld(edit, on: document)
            return try plane.applying(edit, to: document, at: now)
        }
        outcome.changes += upheld
        return outcome
    }

    func createKey(_ request: KeyCreation) async throws(AdminError) -> IssuedKey {
        try await plane.createKey(request, author: author)
    }

    func rotateKey(
        _ id: KeyID,
        graceSeconds: Int64,
        base: RevisionNumber?,
        reason: String?
    ) async throws(AdminError) -> IssuedKey {
        let request = EditRequest(action: .rotateKey, author: author, base: base, reason: reason)
        return try await plane.rotateKey(id, graceSeconds: graceSeconds, request: request)
    }

    func bans() async throws(AdminError) -> [BanRecord] {
        let now = plane.clock.wall()
        return plane.state.withLock { $0.bans.filter { !$0.isOver(at: now) } }
    }

    func addBan(
        _ prefix: AddressPrefix,
        seconds: Int64?,
        reason: String?
    ) async throws(AdminError) -> BanOutcome {
        try await plane.addBan(prefix, seconds: seconds, reason: reason, author: author)
    }

    func removeBan(
        _ prefix: AddressPrefix,
        reason: String?
    ) async throws(AdminError) -> BanOutcome {
        try await plane.removeBan(prefix, reason: reason, author: author)
    }

    func toolPins() async throws(AdminError) -> [ToolStanding] {
        ToolStanding.list(plane.tools.pins)
    }

    func approveTool(
        _ tool: String,
        of server: String,
        digest: SecretDigest,
        reason: String?
    ) async throws(AdminError) -> ToolStanding {
        try await plane.approveTool(
            tool,
            of: server,
            digest: digest,
            reason: reason,
            author: author
        )
    }

    func events(after cursor: UInt64, limit: Int) async throws(AdminError) -> EventPage {
        try plane.requireLimit(limit)
        let page = plane.telemetry.events(after: cursor, limit: limit)
        return EventPage(events: page.events, cursor: page.cursor, missed: page.missed)
    }

    func watch(after cursor: UInt64?) -> AsyncThrowingStream<AdminUpdate, any Error> {
        plane.watch(after: cursor)
    }
}

extension ControlPlane {
    /// A revision that is still kept.
    func kept(_ number: RevisionNumber) async throws(AdminError) -> PolicyRevision {
        let found: PolicyRevision?
        do {
            found = try await store.revision(number)
        } catch {
            throw AdminError(.storeFailed, error.message)
        }
        guard let found else {
            throw AdminError(
                .notFound,
                "revision \(number) is not kept; the history lists those that are"
            )
        }
        return found
    }
}

extension RevisionSummary {
    init(_ line: RevisionLine, _ activationMicroseconds: Int64?) {
        self.init(
            number: line.number,
            parent: line.parent,
            author: line.author,
            reason: line.reason,
            created: line.created,
            summary: line.summary,
            activationMicroseconds: activationMicroseconds
        )
    }
}
