import Admin
import Control
import Policy
import Store
import Synchronization
import Telemetry
import Testing

@Suite struct ControlEditTests {
    private let folder = StoreFolder()

    @Test func `an accepted edit is in force, recorded and remembered`() async throws {
        let gate = try await TestGate.start(in: folder)
        let outcome = try await gate.apply(.allow("10.0.0.0/8"), reason: "office")
        #expect(outcome.revision == RevisionNumber(2))
        #expect(outcome.changes.contains { $0.subject == "allowlist 10.0.0.0/8" })
        #expect(gate.live.current.snapshot.number == RevisionNumber(2))
        let revision = try await gate.service.policy()
        #expect(revision.author == TestGate.ana)
        #expect(revision.parent == RevisionNumber(1))
        #expect(revision.reason == "office")
        #expect(revision.created == gate.clock.now)
        #expect(try await gate.store.runningRevision() == revision)
        let entry = try await gate.audit().last
        #expect(entry?.draft.action == .editPolicy)
        #expect(entry?.draft.author == TestGate.ana)
        #expect(entry?.draft.after?.contains("10.0.0.0/8") == true)
        #expect(entry?.revision == RevisionNumber(2))
        let event = gate.telemetry.events(after: 0, limit: 10).events.last
        #expect(event?.kind == .policyChanged)
        #expect(event?.detail?.contains("revision 2 by ana") == true)
    }

    @Test func `both durations are measured`() async throws {
        let gate = try await TestGate.start(in: folder)
        let clock = gate.clock
        _ = gate.live.register { _, enforced in
            clock.advance(seconds: 3)
            enforced()
        }
        let outcome = try await gate.apply(.blockSeconds(5))
        #expect(outcome.persistMicroseconds == 0)
        #expect(outcome.activationMicroseconds == 3_000_000)
    }

    @Test func `an edit against an older revision is refused with the current one`() async throws {
        let gate = try await TestGate.start(in: folder)
        try await gate.apply(.blockSeconds(5))
        let error = await adminError {
            _ = try await gate.service.apply(.blockSeconds(6), base: RevisionNumber(1), reason: nil)
        }
        #expect(error?.code == .revisionConflict)
        #expect(error?.current == RevisionNumber(2))
        #expect(try await gate.service.policy().document.limits.blockSeconds == 5)
        #expect(try await gate.audit().last?.draft.outcome == .refused)
    }

    @Test func `an invalid edit is refused with every problem and changes nothing`() async throws {
        let gate = try await TestGate.start(in: folder)
        let limits = LimitRules(
            perAddress: RateRule(requestsPerMinute: 0, burst: 0),
            blockSeconds: -1
        )
        let error = await adminError { try await gate.apply(.setLimits(limits)) }
        #expect(error?.code == .invalidPolicy)
        #expect(
            error?.problems.map(\.path) == [
                "limits.perAddress.requestsPerMinute", "limits.perAddress.burst",
                "limits.blockSeconds",
            ]
        )
        #expect(gate.live.current.snapshot.number == RevisionNumber(1))
        let refusal = try await gate.audit().last?.draft
        #expect(refusal?.outcome == .refused)
        #expect(refusal?.after?.contains("limits.blockSeconds") == true)
    }

    @Test(arguments: [
        ("too long", String(repeating: "x", count: 201)),
        ("an escape", "\u{1B}[2J"), ("a line break", "a\nb"), ("a direction override", "\u{202E}x"),
    ])
    func `a reason that could harm a terminal is refused`(
        name: String,
        reason: String
    ) async throws {
        let gate = try await TestGate.start(in: folder)
        let error = await adminError { try await gate.apply(.blockSeconds(5), reason: reason) }
        #expect(error?.code == .invalidRequest, "\(name)")
        #expect(try await gate.audit().last?.draft.reason != reason)
    }

    @Test func `an edit that changes nothing makes no revision`() async throws {
        let gate = try await TestGate.start(in: folder)
        try await gate.apply(.blockSeconds(5))
        let count = try await gate.audit().count
        let outcome = try await gate.apply(.blockSeconds(5))
        #expect(outcome.revision == RevisionNumber(2))
        #expect(outcome.changes.isEmpty)
        #expect(try await gate.audit().count == count)
    }

    @Test func `an edit that the store does not take changes nothing`() async throws {
        let gate = try await TestGate.start(in: folder)
        try gate.store.close()
        let error = await adminError { try await gate.apply(.blockSeconds(5)) }
        #expect(error?.code == .storeFailed)
        #expect(error?.message.contains("nothing changed") == true)
        #expect(gate.live.current.snapshot.number == RevisionNumber(1))
        #expect(try await gate.service.policy().number == RevisionNumber(1))
        #expect(gate.telemetry.events(after: 0, limit: 10).events.isEmpty)
        let again = try await TestGate.start(in: folder)
        #expect(again.opening.revision.number == RevisionNumber(1))
    }

    @Test func `a full store refuses edits and the gate goes on with what it has`() async throws {
        try await TestGate.start(in: folder).store.close()
        let gate = try await TestGate.start(in: folder, storeBytesMax: 1)
        var error: AdminError?
        var accepted: Int64 = 0
        while error == nil, accepted < 400 {
            accepted += 1
            error = await adminError { try await gate.apply(.blockSeconds(accepted)) }
        }
        #expect(error?.code == .storeFailed)
        #expect(error?.message.contains("full") == true)
        #expect(gate.live.current.snapshot.blockSeconds == accepted - 1)
        let stored = try await gate.store.runningRevision()
        #expect(stored?.document == gate.live.current.snapshot.document)
    }

    @Test func `of eight editors at once none loses an edit`() async throws {
        let gate = try await TestGate.start(in: folder)
        let conflicts = try await withThrowingTaskGroup(of: Int.self) { group in
            for editor in 0..<8 {
                group.addTask { try await addNetworks(of: editor, to: gate) }
            }
            return try await group.reduce(0, +)
        }
        let policy = try await gate.service.policy()
        #expect(policy.number == RevisionNumber(41))
        #expect(policy.document.allowlist.count == 40)
        let entries = try await gate.audit()
        let accepted = entries.filter { $0.draft.outcome == .accepted }
        #expect(accepted.compactMap(\.revision?.rawValue) == Array(1...41))
        #expect(entries.count == accepted.count + conflicts)
        #expect(try await gate.store.verifyAudit() == .intact(entries: Int64(entries.count)))
    }

    @Test func `an edit is answered only when every loop obeys it`() async throws {
        let gate = try await TestGate.start(in: folder)
        let (calls, called) = AsyncStream.makeStream(of: (@Sendable () -> Void).self)
        for _ in 0..<3 {
            _ = gate.live.register { _, enforced in called.yield(enforced) }
        }
        let isAnswered = Mutex(false)
        let edit = Task {
            let outcome = try await gate.apply(.blockSeconds(5))
            isAnswered.withLock { $0 = true }
            return outcome
        }
        var releases: [@Sendable () -> Void] = []
        for await enforced in calls {
            releases.append(enforced)
            if releases.count == 3 { break }
        }
        #expect(try await gate.store.runningRevision()?.number == RevisionNumber(2))
        for release in releases {
            #expect(!isAnswered.withLock { $0 })
            release()
        }
        #expect(try await edit.value.revision == RevisionNumber(2))
    }

    @Test func `a check says what would change and changes nothing`() async throws {
        let gate = try await TestGate.start(in: folder)
        let preview = try await gate.service.check(.allow("10.0.0.0/8"))
        #expect(preview.base == RevisionNumber(1))
        #expect(preview.changes.contains { $0.subject == "allowlist 10.0.0.0/8" })
        #expect(preview.problems.isEmpty)
        let bad = try await gate.service.check(.blockSeconds(-1))
        #expect(bad.problems.map(\.path) == ["limits.blockSeconds"])
        #expect(try await gate.service.policy().number == RevisionNumber(1))
    }

    @Test func `a rollback is a new revision with the old contents`() async throws {
        let gate = try await TestGate.start(in: folder)
        try await gate.apply(.blockSeconds(5))
        try await gate.apply(.blockSeconds(6))
        let outcome = try await gate.service.rollBack(
            to: RevisionNumber(2),
            base: RevisionNumber(3),
            reason: "too long"
        )
        #expect(outcome.revision == RevisionNumber(4))
        #expect(gate.live.current.snapshot.blockSeconds == 5)
        let history = try await gate.service.history(limit: 10)
        #expect(history.first?.activationMicroseconds != nil)
        #expect(history.map(\.number.rawValue) == [4, 3, 2, 1])
        #expect(history.first?.summary == "rollback to revision 2")
        #expect(try await gate.audit().last?.draft.action == .rollBack)
    }

    @Test func `a rollback to a revision that is not kept is refused`() async throws {
        let gate = try await TestGate.start(in: folder)
        let error = await adminError {
            _ = try await gate.service.rollBack(
                to: RevisionNumber(9),
                base: RevisionNumber(1),
                reason: nil
            )
        }
        #expect(error?.code == .notFound)
        #expect(gate.live.current.snapshot.number == RevisionNumber(1))
    }

    @Test(arguments: [Int.min, -1, 0, 1001, Int.max])
    func `a limit out of range is refused`(limit: Int) async throws {
        let service = try await TestGate.start(in: folder).service
        let history = await adminError { _ = try await service.history(limit: limit) }
        let events = await adminError { _ = try await service.events(after: 0, limit: limit) }
        #expect(history?.code == .invalidRequest)
        #expect(events?.code == .invalidRequest)
    }

    /// Adds five networks, each until no other editor came first; returns how often one did.
    private func addNetworks(of editor: Int, to gate: TestGate) async throws -> Int {
        var conflicts = 0
        var number = 0
        while number < 5 {
            let error = await adminError {
                try await gate.apply(.allow("10.\(editor).\(number).0/24"))
            }
            guard let error else {
                number += 1
                continue
            }
            guard error.code == .revisionConflict else { throw error }
            conflicts += 1
        }
        return conflicts
    }
}
