import Policy
import Testing

@testable import Telemetry

struct RateWindowTests {
    private let gate = TelemetryFixture()

    @Test func `shows an empty snapshot before the first tick`() {
        #expect(gate.hub.latest == TelemetrySnapshot(time: TelemetryFixture.start))
    }

    @Test func `counts one value for every second`() {
        let recorder = gate.hub.makeRecorder()
        for calls in [3, 0, 7] {
            gate.record(.allowed(), by: recorder, times: calls)
            gate.record(.denied(.banned), by: recorder, times: calls / 3)
            gate.tick()
        }
        #expect(gate.hub.latest.requestsPerSecond == [4, 0, 9])
        #expect(gate.hub.latest.denialsPerSecond == [1, 0, 2])
        #expect(gate.hub.latest.uptimeSeconds == 3)
        #expect(gate.hub.latest.time == gate.now)
    }

    @Test func `keeps the last 120 seconds`() {
        let recorder = gate.hub.makeRecorder()
        for second in 1...150 {
            gate.record(.allowed(), by: recorder, times: second)
            gate.tick()
        }
        #expect(gate.hub.latest.requestsPerSecond == (31...150).map { UInt64($0) })
        #expect(gate.hub.latest.totals.requests == 150 * 151 / 2)
    }

    @Test func `a late or early tick neither skips a second nor fills one twice`() {
        let recorder = gate.hub.makeRecorder()
        for jitter: Int64 in [1000, 1300, 700, 1400, 600, 1000] {
            gate.record(.allowed(), by: recorder)
            gate.tick(afterMilliseconds: jitter)
        }
        #expect(gate.hub.latest.requestsPerSecond == [1, 1, 1, 1, 1, 1])
    }

    @Test func `seconds without a tick are shown as empty`() {
        let recorder = gate.hub.makeRecorder()
        gate.record(.allowed(), by: recorder)
        gate.tick()
        gate.record(.allowed(), by: recorder, times: 2)
        gate.tick(afterMilliseconds: 3000)
        #expect(gate.hub.latest.requestsPerSecond == [1, 0, 0, 2])
    }

    @Test func `survives a stall far longer than its windows and a clock that stands still`() {
        let recorder = gate.hub.makeRecorder()
        gate.record(.allowed(), by: recorder)
        gate.tick()
        gate.record(.allowed(), by: recorder)
        gate.tick(afterMilliseconds: 1_000_000_000)
        gate.record(.allowed(), by: recorder)
        let snapshot = gate.tick(afterMilliseconds: 0)
        #expect(snapshot.requestsPerSecond.count == 120)
        #expect(snapshot.requestsPerSecond.last == 2)
        #expect(snapshot.statusClasses.success == 2)
        #expect(snapshot.totals.requests == 3)
    }

    @Test func `status classes and reasons slide over 60 seconds`() {
        let recorder = gate.hub.makeRecorder()
        gate.record(.allowed(status: 302), by: recorder)
        gate.record(.denied(.credentialsInvalid, status: 401), by: recorder, times: 2)
        gate.record(.denied(.banned), by: recorder)
        gate.record(.denied(.upstreamTimeout, status: 504), by: recorder)
        gate.record(.allowed(status: 101), by: recorder)
        gate.tick()
        let expected = StatusClasses(redirection: 1, clientError: 3, serverError: 1)
        #expect(gate.hub.latest.statusClasses == expected)
        #expect(
            gate.hub.latest.denialsByReason == [
                ReasonCount(reason: .credentialsInvalid, count: 2),
                ReasonCount(reason: .banned, count: 1),
                ReasonCount(reason: .upstreamTimeout, count: 1),
            ]
        )
        for _ in 0..<59 { gate.tick() }
        #expect(gate.hub.latest.statusClasses == expected)
        gate.tick()
        #expect(gate.hub.latest.statusClasses == StatusClasses())
        #expect(gate.hub.latest.denialsByReason.isEmpty)
        #expect(gate.hub.latest.totals.requests == 6)
        #expect(gate.hub.latest.totals.denials == 4)
    }

    @Test func `adds up the bytes, and negative counts as nothing`() {
        let recorder = gate.hub.makeRecorder()
        gate.record(.allowed(), by: recorder, times: 3)
        var call = CallRecord.allowed()
        call.requestBytes = -5
        call.responseBytes = .min
        gate.record(call, by: recorder)
        gate.tick()
        #expect(gate.hub.latest.totals.requestBytes == 30)
        #expect(gate.hub.latest.totals.responseBytes == 60)
    }

    @Test func `adds the open connections of all loops`() {
        let (first, second) = (gate.hub.makeRecorder(), gate.hub.makeRecorder())
        first.connectionOpened()
        first.connectionOpened()
        second.connectionOpened()
        first.connectionClosed()
        #expect(gate.tick().openConnections == 2)
        second.connectionClosed()
        #expect(gate.tick().openConnections == 1)
    }
}
