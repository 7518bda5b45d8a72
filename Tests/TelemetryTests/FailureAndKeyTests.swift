import Policy
import Testing

@testable import Telemetry

struct FailureAndKeyTests {
    private let gate = TelemetryFixture()

    @Test func `groups failures by address and reason, latest first`() {
        let recorder = gate.hub.makeRecorder()
        gate.record(.denied(.credentialsInvalid, .v4(1)), by: recorder, times: 3)
        gate.wait(milliseconds: 100)
        gate.record(.denied(.keyExpired, .v4(1), key: KeyID("aaaaaaaa")), by: recorder)
        gate.record(.denied(.banned, .v4(1)), by: recorder)
        gate.tick()
        gate.record(.denied(.credentialsInvalid, .v4(1)), by: recorder, times: 2)
        gate.tick()
        let start = TelemetryFixture.start
        let later = Timestamp(millisecondsSince1970: start.millisecondsSince1970 + 100)
        #expect(
            gate.hub.latest.authenticationFailures == [
                AuthenticationFailures(
                    address: "10.0.0.1",
                    reason: .credentialsInvalid,
                    count: 5,
                    firstSeen: start,
                    lastSeen: later.advanced(bySeconds: 1)
                ),
                AuthenticationFailures(
                    address: "10.0.0.1",
                    reason: .keyExpired,
                    count: 1,
                    key: KeyID("aaaaaaaa"),
                    firstSeen: later,
                    lastSeen: later
                ),
            ]
        )
    }

    @Test func `lists at most 200 groups of failures`() {
        let recorder = gate.hub.makeRecorder()
        for number in 0..<500 {
            gate.record(.denied(.credentialsMissing, .v4(number)), by: recorder)
            gate.wait(milliseconds: 1)
        }
        gate.tick()
        let failures = gate.hub.latest.authenticationFailures
        #expect(failures.count == 200)
        #expect(failures.first?.address == "10.0.1.243")
        #expect(failures.last?.address == "10.0.1.44")
    }

    @Test func `counts the uses of each key and of its superseded secret`() {
        let recorder = gate.hub.makeRecorder()
        let key = KeyID("aaaaaaaa")
        gate.record(.allowed(.v4(1), key: key, isGraceUse: true), by: recorder)
        gate.tick()
        gate.record(.allowed(.v4(2), key: key), by: recorder, times: 2)
        gate.record(.denied(.keyRateLimited, .v4(3), key: key), by: recorder)
        gate.record(.allowed(.v4(4), key: KeyID("Zzzzzzzz")), by: recorder)
        gate.tick()
        let start = TelemetryFixture.start
        #expect(
            gate.hub.latest.keyUsage == [
                KeyUsage(
                    key: KeyID("Zzzzzzzz"),
                    lastUsed: start.advanced(bySeconds: 1),
                    lastAddress: "10.0.0.4",
                    requests: 1
                ),
                KeyUsage(
                    key: key,
                    lastUsed: start.advanced(bySeconds: 1),
                    lastAddress: "10.0.0.3",
                    requests: 4,
                    graceUses: 1,
                    lastGraceUse: start,
                    lastGraceAddress: "10.0.0.1"
                ),
            ]
        )
    }

    @Test func `a key that only a failed attempt named is not a key in use`() {
        let recorder = gate.hub.makeRecorder()
        for reason in [ReasonCode.keyRevoked, .addressRateLimited, .addressBlocked] {
            gate.record(.denied(reason, key: KeyID("aaaaaaaa")), by: recorder)
        }
        gate.tick()
        #expect(gate.hub.latest.keyUsage.isEmpty)
        #expect(gate.hub.latest.clients.first?.lastKey == nil)
    }
}
