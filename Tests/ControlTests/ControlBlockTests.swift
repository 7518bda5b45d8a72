import Admin
import Control
import Policy
import Store
import Telemetry
import Testing

/// Whom the gate shut out by itself: seen, lifted and remembered.
@Suite struct ControlBlockTests {
    private let folder = StoreFolder()
    private let client = ClientAddress(.v4(0xC000_0207))
    private let neighbour = ClientAddress(.v6(0x2001_0DB8_0000_0001, 9))
    private let rules = FailureRules(countMax: 2, banSeconds: 60, banSecondsMax: 3600)

    @Test func `a ban for failures outlives a restart, less the time that passed`() async throws {
        let gate = try await TestGate.start(in: folder)
        fail(client, gate)
        await gate.tick()
        // Killed: nobody said goodbye.
        try gate.store.close()
        gate.clock.advance(seconds: 20)
        let next = try await TestGate.start(in: folder, clock: gate.clock)
        let bans = next.failures.bans(at: next.clock.monotonic)
        #expect(bans.map(\.client) == [client])
        #expect(bans.map(\.remainingSeconds) == [40])
        #expect(bans.map(\.step) == [1])
        next.clock.advance(seconds: 40)
        #expect(next.failures.bans(at: next.clock.monotonic).isEmpty)
    }

    @Test func `blocks of the rate limit outlive a restart, of addresses and of keys`()
        async throws
    {
        let gate = try await TestGate.start(in: folder)
        for subject in [UsageLedger.Subject.address(client), .address(neighbour), .key(key)] {
            exhaust(subject, gate)
        }
        await gate.plane.finish()
        try gate.store.close()
        gate.clock.advance(seconds: 59)
        let next = try await TestGate.start(in: folder, clock: gate.clock)
        let blocks = next.ledger.blocks(at: next.clock.monotonic)
        #expect(Set(blocks.map(\.subject)) == ["192.0.2.7", "2001:db8:0:1::/64", key.rawValue])
        #expect(blocks.allSatisfy { $0.remainingSeconds == 1 && $0.elapsedSeconds == 59 })
        next.clock.advance(seconds: 1)
        #expect(next.ledger.standing(of: .address(client), at: next.clock.monotonic) == nil)
    }

    @Test func `what ended while the gate was down is not brought back`() async throws {
        let gate = try await TestGate.start(in: folder)
        fail(client, gate)
        exhaust(.address(client), gate)
        await gate.plane.finish()
        try gate.store.close()
        gate.clock.advance(seconds: 61)
        let next = try await TestGate.start(in: folder, clock: gate.clock)
        #expect(next.failures.bans(at: next.clock.monotonic).isEmpty)
        #expect(next.ledger.blocks(at: next.clock.monotonic).isEmpty)
        await next.plane.finish()
        #expect(try await next.store.blocks().isEmpty)
    }

    @Test func `a clock that went back makes no block longer than a policy may`() async throws {
        let gate = try await TestGate.start(in: folder)
        fail(client, gate)
        exhaust(.address(client), gate)
        await gate.plane.finish()
        try gate.store.close()
        gate.clock.setForward(seconds: -100_000_000)
        let next = try await TestGate.start(in: folder, clock: gate.clock)
        let bans = next.failures.bans(at: next.clock.monotonic)
        #expect(bans.allSatisfy { $0.remainingSeconds <= FailureBan.secondsMax })
        let blocks = next.ledger.blocks(at: next.clock.monotonic)
        #expect(blocks.allSatisfy { $0.remainingSeconds <= PolicyBounds.blockSecondsMax })
        #expect(blocks.count == 1)
    }

    @Test func `a ban for failures is shown as an automatic block`() async throws {
        let gate = try await TestGate.start(in: folder)
        fail(client, gate)
        fail(client, gate)
        exhaust(.address(neighbour), gate, blockSeconds: 600)
        await gate.tick()
        let blocks = try await gate.service.telemetry().blocks
        #expect(blocks.map(\.subject) == ["2001:db8:0:1::/64", "192.0.2.7"])
        #expect(blocks.map(\.reason) == [.addressRateLimited, .addressBanned])
        #expect(blocks.last?.until == gate.clock.now.advanced(bySeconds: 60))
    }

    @Test(arguments: ["192.0.2.7/32", "192.0.0.0/16", "0.0.0.0/0"])
    func `unbanning lifts a ban for failures, and no crash brings it back`(
        prefix: String
    ) async throws {
        let gate = try await TestGate.start(in: folder)
        fail(client, gate)
        await gate.tick()
        #expect(try await gate.store.blocks().count == 1)
        _ = try await gate.service.removeBan(AddressPrefix(parsing: prefix), reason: "ours")
        #expect(gate.failures.bans(at: gate.clock.monotonic).isEmpty)
        #expect(try await gate.store.blocks().isEmpty)
        #expect(try await gate.audit().last?.draft.action == .removeBan)
    }

    @Test func `unbanning another address leaves it banned`() async throws {
        let gate = try await TestGate.start(in: folder)
        fail(client, gate)
        let error = await adminError {
            _ = try await gate.service.removeBan(
                AddressPrefix(parsing: "192.0.2.8/32"),
                reason: nil
            )
        }
        #expect(error?.code == .notFound)
        #expect(gate.failures.bans(at: gate.clock.monotonic).count == 1)
    }

    @Test func `blocks are written every few seconds, and when nothing changed not at all`()
        async throws
    {
        let gate = try await TestGate.start(in: folder)
        await gate.tick()
        fail(client, gate)
        await gate.tick()
        #expect(try await gate.store.blocks().isEmpty)
        gate.clock.advance(seconds: 5)
        await gate.tick()
        let written = try await gate.store.blocks()
        #expect(written.map(\.name.subject) == ["192.0.2.7"])
        fail(client, gate)
        gate.clock.advance(seconds: 5)
        await gate.tick()
        #expect(try await gate.store.blocks() == written)
    }

    @Test func `a store that takes no blocks does not keep the gate from serving`() async throws {
        let gate = try await TestGate.start(in: folder)
        fail(client, gate)
        try gate.store.close()
        await gate.plane.finish()
        #expect(gate.failures.bans(at: gate.clock.monotonic).count == 1)
    }

    private let key = KeyID("abcd1234")

    private func fail(_ client: ClientAddress, _ gate: TestGate) {
        for _ in 0..<rules.countMax {
            _ = gate.failures.failed(
                from: client,
                rules: rules,
                isExempt: false,
                at: gate.clock.monotonic
            )
        }
    }

    private func exhaust(
        _ subject: UsageLedger.Subject,
        _ gate: TestGate,
        blockSeconds: Int64 = 60
    ) {
        for _ in 0..<2 {
            _ = gate.ledger.spend(
                subject,
                rule: RateRule(requestsPerMinute: 1, burst: 1),
                blockSeconds: blockSeconds,
                at: gate.clock.monotonic
            )
        }
    }
}
