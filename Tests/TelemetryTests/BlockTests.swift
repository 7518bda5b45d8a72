import Policy
import Testing

@testable import Telemetry

struct BlockTests {
    private let gate = TelemetryFixture()
    private let rule = RateRule(requestsPerMinute: 1, burst: 1)

    private func exhaust(_ subject: UsageLedger.Subject, blockSeconds: Int64 = 60) {
        while gate.ledger.spend(
            subject,
            rule: rule,
            blockSeconds: blockSeconds,
            at: gate.monotonic
        ).isAllowed {}
    }

    private func blockEvents() -> [SecurityEvent] {
        gate.hub.events(after: 0, limit: 1000).events.filter { $0.kind == .addressBlocked }
    }

    @Test func `shows the blocks in force and when they end`() {
        exhaust(.address(.v4(1)))
        exhaust(.address(.v6(network: 3, host: 9)), blockSeconds: 30)
        gate.tick()
        let start = TelemetryFixture.start
        #expect(
            gate.hub.latest.blocks == [
                BlockRecord(
                    subject: "10.0.0.1",
                    isKey: false,
                    reason: .addressRateLimited,
                    since: start,
                    until: start.advanced(bySeconds: 60),
                    refusals: 1
                ),
                BlockRecord(
                    subject: "2001:db8:0:3::/64",
                    isKey: false,
                    reason: .addressRateLimited,
                    since: start,
                    until: start.advanced(bySeconds: 30),
                    refusals: 1
                ),
            ]
        )
    }

    @Test func `a new block is one event, however long it lasts`() {
        exhaust(.address(.v4(1)))
        exhaust(.key(KeyID("aaaaaaaa")))
        for _ in 0..<50 {
            gate.tick(afterMilliseconds: 1037)
            _ = gate.ledger.standing(of: .address(.v4(1)), at: gate.monotonic)
        }
        #expect(blockEvents().map(\.address) == ["10.0.0.1", nil])
        #expect(blockEvents().map(\.key) == [nil, KeyID("aaaaaaaa")])
        #expect(blockEvents().map(\.count) == [1, 1])
        #expect(blockEvents().map(\.detail) == [nil, nil])
    }

    @Test func `a block that begins again is a new event`() {
        exhaust(.address(.v6(network: 1, host: 1)), blockSeconds: 10)
        gate.tick()
        gate.wait(milliseconds: 9500)
        exhaust(.address(.v6(network: 1, host: 2)), blockSeconds: 10)
        gate.tick()
        #expect(blockEvents().map(\.address) == ["2001:db8:0:1::/64", "2001:db8:0:1::/64"])
    }

    @Test func `lists at most 200 blocks, the longest first`() {
        for number in 0..<300 {
            exhaust(.address(.v4(number)), blockSeconds: Int64(10 + number))
        }
        gate.tick()
        #expect(gate.hub.latest.blocks.count == 200)
        #expect(gate.hub.latest.blocks.first?.subject == "10.0.1.43")
        #expect(blockEvents().reduce(0) { $0 + $1.count } == 300)
    }
}
