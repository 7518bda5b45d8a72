package import Policy
import Synchronization
package import Telemetry

/// An admin service without a gateway: the rules of edits in memory, telemetry as it is told.
///
/// For the tests of whatever uses an `AdminService`, and for trying the console without a gate. It
/// passes the same suite as the real one. Its keys are counted, not random, and open nothing.
package struct InMemoryAdminService: AdminService {
    private let gate: InMemoryGate
    private let author: Author

    package init(
        _ gate: InMemoryGate,
        author: Author = Author(uid: 1000, name: "operator")
    ) {
        self.gate = gate
        self.author = author
    }

    package func status() async throws(AdminError) -> GateStatus {
        gate.read { $0.status() }
    }

    package func telemetry() async throws(AdminError) -> TelemetrySnapshot {
        gate.read { $0.snapshot }
    }

    package func policy() async throws(AdminError) -> PolicyRevision {
        gate.read { $0.current }
    }

    package func revision(_ number: RevisionNumber) async throws(AdminError) -> PolicyRevision {
        try gate.change { state throws(AdminError) in try state.revision(number) }
    }

    package func history(limit: Int) async throws(AdminError) -> [RevisionSummary] {
        try AdminBounds.checkLimit(limit)
        return gate.read { state in
            state.revisions.suffix(limit).reversed().map(RevisionSummary.init)
        }
    }

    package func check(_ edit: PolicyEdit) async throws(AdminError) -> EditPreview {
        gate.read { $0.preview(edit) }
    }

    package func apply(
        _ edit: PolicyEdit,
        base: RevisionNumber,
        reason: String?
    ) async throws(AdminError) -> EditOutcome {
        try gate.change { state throws(AdminError) in
            try state.checkBase(base)
            return try state.accept(edit, author: author, reason: reason)
        }
    }

    package func rollBack(
        to number: RevisionNumber,
        base: RevisionNumber,
        reason: String?
    ) async throws(AdminError) -> EditOutcome {
        try gate.change { state throws(AdminError) in
            try state.checkBase(base)
            let older = try state.revision(number)
            return try state.accept(.replace(older.document), author: author, reason: reason)
        }
    }

    package func createKey(_ request: KeyCreation) async throws(AdminError) -> IssuedKey {
        try gate.change { state throws(AdminError) in
            if let base = request.base { try state.checkBase(base) }
            let minted = state.mintSecret(request.scheme)
            let id = KeyID(InMemoryGate.padded(state.secretCount, to: 8))
            let record = KeyRecord(
                id: id,
                name: request.name,
                created: state.now(),
                expires: request.expires,
                secrets: [minted.record],
                scheme: request.scheme,
                username: request.username,
                access: request.access
            )
            let outcome = try state.accept(
                .addKey(record),
                author: author,
                reason: request.reason
            )
            let secret = request.password ?? minted.text(for: id)
            return IssuedKey(id: id, secret: secret, outcome: outcome)
        }
    }

    package func rotateKey(
        _ id: KeyID,
        graceSeconds: Int64,
        base: RevisionNumber?,
        reason: String?
    ) async throws(AdminError) -> IssuedKey {
        try AdminBounds.checkGrace(graceSeconds)
        return try gate.change { state throws(AdminError) in
            if let base { try state.checkBase(base) }
            let minted = state.mintSecret(try state.key(id).scheme)
            let retires = state.now().advanced(bySeconds: graceSeconds)
            let outcome = try state.accept(
                .rotateKey(id, secret: minted.record, retires: retires),
                author: author,
                reason: reason
            )
            return IssuedKey(
                id: id,
                secret: minted.text(for: id),
                oldSecretRetires: retires,
                outcome: outcome
            )
        }
    }

    package func bans() async throws(AdminError) -> [BanRecord] {
        gate.read { $0.liveBans() }
    }

    package func addBan(
        _ prefix: AddressPrefix,
        seconds: Int64?,
        reason: String?
    ) async throws(AdminError) -> BanOutcome {
        try AdminBounds.checkBan(seconds: seconds)
        return try gate.change { state throws(AdminError) in
            state.addBan(prefix, seconds: seconds, author: author, reason: reason)
            return BanOutcome(prefix: prefix, activationMicroseconds: 0)
        }
    }

    package func removeBan(
        _ prefix: AddressPrefix,
        reason: String?
    ) async throws(AdminError) -> BanOutcome {
        try gate.change { state throws(AdminError) in
            try state.removeBan(prefix)
            return BanOutcome(prefix: prefix, activationMicroseconds: 0)
        }
    }

    package func toolPins() async throws(AdminError) -> [ToolStanding] {
        gate.read { ToolStanding.list($0.tools.all) }
    }

    package func approveTool(
        _ tool: String,
        of server: String,
        digest: SecretDigest,
        reason: String?
    ) async throws(AdminError) -> ToolStanding {
        try gate.change { state throws(AdminError) in
            try state.approveTool(tool, of: server, digest: digest)
        }
    }

    package func events(after cursor: UInt64, limit: Int) async throws(AdminError) -> EventPage {
        try AdminBounds.checkLimit(limit)
        return gate.read { state in
            let events = Array(state.events.lazy.filter { $0.cursor > cursor }.prefix(limit))
            return EventPage(events: events, cursor: events.last?.cursor ?? cursor, missed: 0)
        }
    }

    package func watch(after cursor: UInt64?) -> AsyncThrowingStream<AdminUpdate, any Error> {
        gate.watch(after: cursor)
    }
}
