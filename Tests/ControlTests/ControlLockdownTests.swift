import Admin
import Control
import Policy
import Store
import Testing

@Suite struct ControlLockdownTests {
    private let folder = StoreFolder()
    private let client = ClientAddress(.v4(0xC000_0207))

    @Test func `a lockdown survives a restart`() async throws {
        let gate = try await TestGate.start(in: folder)
        try await gate.apply(.setLockdown(LockdownRule(networks: [], reason: "incident")))
        try gate.store.close()
        let next = try await TestGate.start(in: folder)
        #expect(try await next.service.status().lockdown?.reason == "incident")
        #expect(next.live.current.snapshot.document.lockdown != nil)
    }

    @Test func `a rollback does not lift it, and says so`() async throws {
        let gate = try await TestGate.start(in: folder)
        try await gate.apply(.blockSeconds(5))
        try await gate.apply(.setLockdown(LockdownRule(networks: [], reason: "incident")))
        let outcome = try await gate.service.rollBack(
            to: RevisionNumber(1),
            base: RevisionNumber(3),
            reason: nil
        )
        let policy = try await gate.service.policy()
        #expect(policy.document.lockdown?.reason == "incident")
        #expect(policy.document.limits.blockSeconds == LimitRules().blockSeconds)
        #expect(outcome.changes.contains { $0.subject == "lockdown" })
        // The history says what changed, and that did not.
        #expect(!policy.summary.contains("lockdown"))
    }

    @Test func `a rollback that would change nothing else says why`() async throws {
        let gate = try await TestGate.start(in: folder)
        try await gate.apply(.setLockdown(LockdownRule(networks: [])))
        let outcome = try await gate.service.rollBack(
            to: RevisionNumber(1),
            base: RevisionNumber(2),
            reason: nil
        )
        #expect(outcome.revision == RevisionNumber(2))
        #expect(outcome.changes.map(\.subject) == ["lockdown"])
    }

    @Test func `a preview of another document says so too`() async throws {
        let gate = try await TestGate.start(in: folder)
        let before = try await gate.service.policy().document
        try await gate.apply(.setLockdown(LockdownRule(networks: [])))
        let preview = try await gate.service.check(.replace(before))
        #expect(preview.changes.map(\.subject) == ["lockdown"])
        let outcome = try await gate.apply(.replace(before))
        #expect(outcome.changes.map(\.subject) == ["lockdown"])
    }

    @Test func `one that has ended is neither shown nor defended`() async throws {
        let gate = try await TestGate.start(in: folder)
        let end = gate.clock.now.advanced(bySeconds: 60)
        try await gate.apply(.setLockdown(LockdownRule(networks: [], expires: end)))
        #expect(try await gate.service.status().lockdown?.expires == end)
        gate.clock.advance(seconds: 60)
        #expect(try await gate.service.status().lockdown == nil)
        let outcome = try await gate.service.rollBack(
            to: RevisionNumber(1),
            base: RevisionNumber(2),
            reason: nil
        )
        #expect(outcome.changes.isEmpty)
    }
}
