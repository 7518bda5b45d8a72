import Admin
import Control
import Policy
import Store
import Telemetry
import Testing

@Suite struct ControlBanTests {
    private let folder = StoreFolder()
    private let client = ClientAddress(.v4(0xC000_0207))

    @Test func `a ban is in force, recorded and outlives a restart`() async throws {
        let gate = try await TestGate.start(in: folder)
        _ = try await ban("192.0.2.0/24", gate, reason: "scanner")
        #expect(isBanned(gate))
        let entry = try await gate.audit().last?.draft
        #expect(entry?.action == .addBan)
        #expect(entry?.reason == "scanner")
        #expect(entry?.after?.contains("192.0.2.0/24") == true)
        #expect(gate.telemetry.events(after: 0, limit: 9).events.last?.kind == .banChanged)
        try gate.store.close()
        let next = try await TestGate.start(in: folder)
        #expect(isBanned(next))
        #expect(try await next.service.bans().map(\.author) == [TestGate.ana])
    }

    @Test func `a ban of the same network takes the place of the old one`() async throws {
        let gate = try await TestGate.start(in: folder)
        _ = try await ban("192.0.2.0/24", gate)
        _ = try await ban("192.0.2.0/24", gate, seconds: 60)
        let end = gate.clock.now.advanced(bySeconds: 60)
        #expect(try await gate.service.bans().map(\.expires) == [end])
    }

    @Test func `a lifted ban is gone`() async throws {
        let gate = try await TestGate.start(in: folder)
        _ = try await ban("192.0.2.0/24", gate)
        _ = try await gate.service.removeBan(AddressPrefix(parsing: "192.0.2.0/24"), reason: nil)
        #expect(!isBanned(gate))
        #expect(try await gate.service.bans().isEmpty)
        #expect(try await gate.store.bans().isEmpty)
        #expect(try await gate.audit().last?.draft.action == .removeBan)
    }

    @Test func `lifting also ends an automatic block`() async throws {
        let gate = try await TestGate.start(in: folder)
        let rule = RateRule(requestsPerMinute: 1, burst: 1)
        for _ in 0..<2 {
            _ = gate.ledger.spend(
                .address(client),
                rule: rule,
                blockSeconds: 60,
                at: gate.clock.monotonic
            )
        }
        #expect(gate.ledger.blocks(at: gate.clock.monotonic).count == 1)
        _ = try await gate.service.removeBan(AddressPrefix(parsing: "192.0.2.7/32"), reason: nil)
        #expect(gate.ledger.blocks(at: gate.clock.monotonic).isEmpty)
    }

    @Test func `lifting what is neither banned nor blocked is refused and recorded`() async throws {
        let gate = try await TestGate.start(in: folder)
        let error = await adminError {
            _ = try await gate.service.removeBan(
                AddressPrefix(parsing: "192.0.2.7/32"),
                reason: nil
            )
        }
        #expect(error?.code == .notFound)
        #expect(try await gate.audit().last?.draft.outcome == .refused)
    }

    @Test func `a ban ends by itself and is then forgotten`() async throws {
        let gate = try await TestGate.start(in: folder)
        _ = try await ban("192.0.2.0/24", gate, seconds: 60)
        _ = try await ban("198.51.100.0/24", gate)
        gate.clock.advance(seconds: 59)
        await gate.tick()
        #expect(isBanned(gate))
        gate.clock.advance(seconds: 1)
        #expect(!isBanned(gate))
        #expect(try await gate.service.bans().count == 1)
        await gate.tick()
        #expect(gate.live.current.bans.records.count == 1)
        #expect(try await gate.store.bans().count == 1)
    }

    @Test(arguments: [Int64.min, -1, 0, 315_360_001, .max])
    func `a length out of range is refused`(seconds: Int64) async throws {
        let gate = try await TestGate.start(in: folder)
        let error = await adminError { _ = try await ban("192.0.2.0/24", gate, seconds: seconds) }
        #expect(error?.code == .invalidRequest)
        #expect(!isBanned(gate))
    }

    @Test func `a ban that the store does not take is not in force`() async throws {
        let gate = try await TestGate.start(in: folder)
        try gate.store.close()
        let error = await adminError { _ = try await ban("192.0.2.0/24", gate) }
        #expect(error?.code == .storeFailed)
        #expect(!isBanned(gate))
    }

    @Test func `neither an edit nor a rollback lifts a ban`() async throws {
        let gate = try await TestGate.start(in: folder)
        _ = try await ban("192.0.2.0/24", gate)
        try await gate.apply(.blockSeconds(5))
        #expect(isBanned(gate))
        _ = try await gate.service.rollBack(
            to: RevisionNumber(1),
            base: RevisionNumber(2),
            reason: nil
        )
        #expect(isBanned(gate))
    }

    private func ban(
        _ prefix: String,
        _ gate: TestGate,
        seconds: Int64? = nil,
        reason: String? = nil
    ) async throws -> BanOutcome {
        try await gate.service.addBan(
            AddressPrefix(parsing: prefix),
            seconds: seconds,
            reason: reason
        )
    }

    private func isBanned(_ gate: TestGate) -> Bool {
        gate.live.current.bans.ban(covering: client, at: gate.clock.now) != nil
    }
}
