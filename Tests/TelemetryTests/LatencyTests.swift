import Policy
import Testing

@testable import Telemetry

struct LatencyTests {
    private let gate = TelemetryFixture()

    @Test func `summarises what passed the gate over 60 seconds`() {
        let recorder = gate.hub.makeRecorder()
        for microseconds: Int64 in 1...100 {
            gate.record(.allowed(microseconds: microseconds), by: recorder)
        }
        gate.tick()
        let expected = LatencySummary(
            p50Microseconds: 50,
            p95Microseconds: 95,
            p99Microseconds: 99,
            count: 100
        )
        #expect(gate.hub.latest.latency == expected)
        for _ in 0..<59 { gate.tick() }
        #expect(gate.hub.latest.latency == expected)
        gate.tick()
        #expect(gate.hub.latest.latency == LatencySummary())
    }

    @Test func `a flood of refusals does not hide how the upstream fares`() {
        let recorder = gate.hub.makeRecorder()
        gate.record(.denied(.banned), by: recorder, times: 1000)
        gate.record(.allowed(microseconds: 120), by: recorder)
        var slow = CallRecord.denied(.upstreamTimeout, status: 504)
        slow.latencyNanoseconds = 30_000_000_000
        gate.record(slow, by: recorder)
        gate.tick()
        let latency = gate.hub.latest.latency
        #expect(latency.count == 2)
        #expect(latency.p50Microseconds == 120)
        #expect((29_700_000...30_300_000).contains(latency.p99Microseconds))
    }

    @Test(arguments: [
        ("negative", Int64.min, 0...0), ("the longest", .max, 59_400_000...60_600_000),
    ])
    func `takes any latency`(name: String, nanoseconds: Int64, expected: ClosedRange<Int64>) {
        let recorder = gate.hub.makeRecorder()
        var call = CallRecord.allowed()
        call.latencyNanoseconds = nanoseconds
        gate.record(call, by: recorder)
        gate.tick()
        #expect(gate.hub.latest.latency.count == 1)
        #expect(expected.contains(gate.hub.latest.latency.p99Microseconds))
    }

    @Test func `adds the loops together`() {
        let (first, second) = (gate.hub.makeRecorder(), gate.hub.makeRecorder())
        gate.record(.allowed(microseconds: 10), by: first, times: 60)
        gate.record(.allowed(microseconds: 200), by: second, times: 40)
        gate.tick()
        #expect(gate.hub.latest.latency.count == 100)
        #expect(gate.hub.latest.latency.p50Microseconds == 10)
        #expect((198...202).contains(gate.hub.latest.latency.p95Microseconds))
    }
}
