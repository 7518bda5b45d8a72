package import Policy
import Synchronization
package import Telemetry

/// What several in-memory admin services share, as several operators share one gateway.
package final class InMemoryGate: Sendable {
    struct State {
        let now: @Sendable () -> Timestamp
        let started: Timestamp
        var revisions: [PolicyRevision]
        var snapshot: TelemetrySnapshot
        var events: [SecurityEvent] = []
        var bans: [BanRecord] = []
        var tools = ToolPinTable()
        var secretCount: UInt64 = 0
        var watchers: [Int: AsyncThrowingStream<AdminUpdate, any Error>.Continuation] = [:]
        var nextWatcher = 0
    }

    private let state: Mutex<State>

    /// Starts with `document` as revision 1; `now` is the clock of every record it makes.
    package init(
        _ document: PolicyDocument = PolicyDocument(),
        now: @escaping @Sendable () -> Timestamp
    ) {
        let started = now()
        let first = PolicyRevision(
            number: RevisionNumber(1),
            parent: nil,
            author: Author(uid: 0, name: "root"),
            reason: nil,
            created: started,
            summary: "first start",
            document: document
        )
        state = Mutex(
            State(
                now: now,
                started: started,
                revisions: [first],
                snapshot: TelemetrySnapshot(time: started)
            )
        )
    }

    /// Replaces the telemetry and sends it to everyone who watches.
    package func publish(_ snapshot: TelemetrySnapshot) {
        state.withLock { state in
            state.snapshot = snapshot
            state.send(.snapshot(snapshot))
        }
    }

    /// Records an event under the next cursor and sends it to everyone who watches.
    package func record(_ event: SecurityEvent) {
        state.withLock { $0.record(event) }
    }

    /// Takes over pins as a gateway does at its start.
    package func restore(_ pins: [ToolPin]) {
        state.withLock { $0.tools.restore(pins) }
    }

    /// Ends every stream with an error, as a gateway that stops does.
    package func disconnectWatchers() {
        let watchers = state.withLock { state in
            defer { state.watchers = [:] }
            return Array(state.watchers.values)
        }
        for watcher in watchers {
            watcher.finish(throwing: AdminError(.unavailable, "The gateway went away."))
        }
    }

    func read<Value: Sendable>(_ body: (State) -> Value) -> Value {
        state.withLock { body($0) }
    }

    func change<Value: Sendable>(
        _ body: (inout State) throws(AdminError) -> Value
    ) throws(AdminError) -> Value {
        try state.withLock { state throws(AdminError) in try body(&state) }
    }

    func watch(after cursor: UInt64?) -> AsyncThrowingStream<AdminUpdate, any Error> {
        AsyncThrowingStream(bufferingPolicy: .bufferingNewest(1024)) { continuation in
            state.withLock { $0.add(continuation, after: cursor) }
        }
    }

    /// A number as an id or secret part of `width` characters.
    static func padded(_ number: UInt64, to width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}

/// A counted secret: what the service hands out and what it remembers.
struct MintedSecret {
    private let part: String
    let record: KeySecret

    init(number: UInt64, scheme: KeyRecord.Scheme, created: Timestamp) {
        part = InMemoryGate.padded(number, to: 43)
        let salt = InMemoryGate.padded(number, to: 32)
        record = KeySecret(
            digest: SecretDigest(words: (0, 0, 0, number)),
            created: created,
            derivation: scheme == .basic ? PasswordDerivation(salt: salt) : nil
        )
    }

    func text(for id: KeyID) -> Secret {
        KeyText.compose(environment: "test", id: id, secretPart: part) ?? Secret(part)
    }
}

extension InMemoryGate.State {
    var current: PolicyRevision { revisions[revisions.count - 1] }

    func status() -> GateStatus {
        GateStatus(
            version: "in-memory",
            processID: 1,
            started: started,
            listenAddress: "127.0.0.1:8080",
            eventLoops: 1,
            upstream: current.document.upstream?.title,
            revision: current.number,
            isAuthenticationRequired: current.document.authentication.isRequired,
            isAllowlistEmpty: current.document.allowlist.isEmpty,
            lockdown: current.document.lockdown(at: now()),
            keySet: current.document.authentication.tokens?.keySet,
            ignoredForwardings: snapshot.totals.ignoredForwardings,
            drift: [],
            openConnections: snapshot.openConnections
        )
    }

    func revision(_ number: RevisionNumber) throws(AdminError) -> PolicyRevision {
        guard let found = revisions.first(where: { $0.number == number }) else {
            throw AdminError(.notFound, "There is no revision \(number).")
        }
        return found
    }

    func checkBase(_ base: RevisionNumber) throws(AdminError) {
        guard base == current.number else {
            throw AdminError(
                .revisionConflict,
                "Revision \(current.number) is in force, and the edit was made against \(base)."
                    + " Look at the policy again and repeat the edit.",
                current: current.number
            )
        }
    }

    func key(_ id: KeyID) throws(AdminError) -> KeyRecord {
        guard let key = current.document.authentication.keys.first(where: { $0.id == id }) else {
            throw AdminError(.notFound, "There is no key \(id).")
        }
        return key
    }

    func preview(_ edit: PolicyEdit) -> EditPreview {
        do throws(PolicyProblems) {
            let next = try current.document.applying(edit, at: now())
            var changes = next.changes(from: current.document)
            if case .replace(let older) = edit {
                changes += current.document.upheld(against: older, at: now())
            }
            return EditPreview(base: current.number, changes: changes, problems: next.problems())
        } catch {
            return EditPreview(base: current.number, changes: [], problems: error.problems)
        }
    }

    mutating func accept(
        _ edit: PolicyEdit,
        author: Author,
        reason: String?
    ) throws(AdminError) -> EditOutcome {
        let preview = preview(edit)
        guard preview.problems.isEmpty, let next = try? current.document.applying(edit, at: now())
        else {
            throw AdminError(
                .invalidPolicy,
                "The policy would not be valid, so nothing was changed.",
                problems: preview.problems
            )
        }
        append(next, changes: preview.changes, author: author, reason: reason)
        return EditOutcome(
            revision: current.number,
            changes: preview.changes,
            persistMicroseconds: 0,
            activationMicroseconds: 0
        )
    }

    private mutating func append(
        _ document: PolicyDocument,
        changes: [PolicyChange],
        author: Author,
        reason: String?
    ) {
        let revision = PolicyRevision(
            number: RevisionNumber(current.number.rawValue + 1),
            parent: current.number,
            author: author,
            reason: reason,
            created: now(),
            summary: changes.summary,
            document: document
        )
        revisions.append(revision)
        record(
            SecurityEvent(
                time: now(),
                kind: .policyChanged,
                severity: .info,
                detail: "revision \(revision.number) by \(author)"
            )
        )
        send(.revision(revision.number))
    }

    /// The next secret; numbers make it the same in every run.
    mutating func mintSecret(_ scheme: KeyRecord.Scheme) -> MintedSecret {
        secretCount += 1
        return MintedSecret(number: secretCount, scheme: scheme, created: now())
    }

    func liveBans() -> [BanRecord] {
        let moment = now()
        return bans.filter { $0.expires.map { $0 > moment } ?? true }
    }

    mutating func addBan(
        _ prefix: AddressPrefix,
        seconds: Int64?,
        author: Author,
        reason: String?
    ) {
        let created = now()
        bans = liveBans().filter { $0.prefix != prefix }
        bans.append(
            BanRecord(
                prefix: prefix,
                reason: reason,
                author: author,
                created: created,
                expires: seconds.map(created.advanced(bySeconds:))
            )
        )
        recordBanChange("ban of \(prefix) added by \(author)")
    }

    mutating func removeBan(_ prefix: AddressPrefix) throws(AdminError) {
        let rest = liveBans().filter { $0.prefix != prefix }
        let blocks = snapshot.blocks.filter { $0.subject != "\(prefix.network)" }
        guard rest.count < liveBans().count || blocks.count < snapshot.blocks.count else {
            throw AdminError(.notFound, "\(prefix) is neither banned nor blocked.")
        }
        bans = rest
        snapshot.blocks = blocks
        recordBanChange("ban of \(prefix) lifted")
    }

    mutating func approveTool(
        _ tool: String,
        of server: String,
        digest: SecretDigest
    ) throws(AdminError) -> ToolStanding {
        guard tools.pin(of: tool, server: server)?.pending != nil else { throw .toolUnchanged }
        guard tools.approve(tool, of: server, digest: digest),
            let pin = tools.pin(of: tool, server: server)
        else { throw .toolChangedAgain }
        return ToolStanding(pin)
    }

    private mutating func recordBanChange(_ detail: String) {
        record(SecurityEvent(time: now(), kind: .banChanged, severity: .info, detail: detail))
    }

    mutating func record(_ event: SecurityEvent) {
        var numbered = event
        numbered.cursor = (events.last?.cursor ?? 0) + 1
        events.append(numbered)
        send(.event(numbered))
    }

    mutating func send(_ update: AdminUpdate) {
        // To wait for a reader's end under this lock could wait for a reader that is being woken.
        for (token, watcher) in watchers {
            if case .terminated = watcher.yield(update) { watchers[token] = nil }
        }
    }

    mutating func add(
        _ watcher: AsyncThrowingStream<AdminUpdate, any Error>.Continuation,
        after cursor: UInt64?
    ) {
        watcher.yield(.revision(current.number))
        if let cursor {
            for event in events where event.cursor > cursor { watcher.yield(.event(event)) }
        }
        watcher.yield(.snapshot(snapshot))
        nextWatcher += 1
        watchers[nextWatcher] = watcher
    }
}

extension RevisionSummary {
    /// The line of a history that stands for `revision`.
    package init(_ revision: PolicyRevision) {
        self.init(
            number: revision.number,
            parent: revision.parent,
            author: revision.author,
            reason: revision.reason,
            created: revision.created,
            summary: revision.summary,
            activationMicroseconds: 0
        )
    }
}
