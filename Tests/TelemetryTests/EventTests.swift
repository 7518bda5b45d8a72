import Policy
import Testing

@testable import Telemetry

struct EventTests {
    private let gate = TelemetryFixture()

    private func events() -> [SecurityEvent] {
        gate.hub.events(after: 0, limit: 10_000).events
    }

    @Test func `equal refusals of one second are one event with a count`() {
        let (first, second) = (gate.hub.makeRecorder(), gate.hub.makeRecorder())
        let call = CallRecord.denied(.credentialsInvalid, .v4(9))
        gate.wait(milliseconds: 250)
        gate.record(call, by: second, times: 300)
        gate.wait(milliseconds: 250)
        gate.record(call, by: first, times: 700)
        gate.tick(afterMilliseconds: 500)
        gate.record(call, by: first)
        gate.tick()
        #expect(events().map(\.count) == [1000, 1])
        #expect(
            events().first
                == SecurityEvent(
                    cursor: 1,
                    time: Timestamp(
                        millisecondsSince1970: TelemetryFixture.start.millisecondsSince1970 + 250
                    ),
                    kind: .authenticationFailure,
                    severity: .warning,
                    reason: .credentialsInvalid,
                    address: "10.0.0.9",
                    count: 1000
                )
        )
    }

    @Test func `a different reason, address or key is a different event`() {
        let recorder = gate.hub.makeRecorder()
        gate.record(.denied(.credentialsInvalid), by: recorder)
        gate.record(.denied(.credentialsMissing), by: recorder)
        gate.record(.denied(.credentialsInvalid, .v4(2)), by: recorder)
        gate.record(.denied(.keyExpired, key: KeyID("aaaaaaaa")), by: recorder)
        gate.record(.denied(.keyExpired, key: KeyID("bbbbbbbb")), by: recorder)
        gate.tick()
        #expect(events().count == 5)
        #expect(Set(events().map(\.count)) == [1])
        #expect(events().map(\.cursor) == [1, 2, 3, 4, 5])
    }

    @Test func `an allowed call is no event, a retired secret's grace use is one`() {
        let recorder = gate.hub.makeRecorder()
        gate.record(.allowed(key: KeyID("aaaaaaaa")), by: recorder)
        gate.record(.allowed(key: KeyID("aaaaaaaa"), isGraceUse: true), by: recorder, times: 4)
        gate.tick()
        #expect(events().map(\.kind) == [.keyGraceUse])
        #expect(events().first?.key == KeyID("aaaaaaaa"))
        #expect(events().first?.count == 4)
        #expect(events().first?.severity == .info)
    }

    @Test(arguments: [
        (ReasonCode.banned, SecurityEvent.Kind.addressRefused, SecurityEvent.Severity.warning),
        (.addressBlocked, .rateLimitViolation, .info),
        (.addressRateLimited, .rateLimitViolation, .warning),
        (.keyRateLimited, .rateLimitViolation, .warning),
        (.originNotAllowed, .originRefused, .warning),
        (.credentialsMissing, .authenticationFailure, .info),
        (.keyRevoked, .authenticationFailure, .critical),
        (.headerMismatch, .requestRefused, .warning),
        (.bodyTooLarge, .requestRefused, .info),
        (.upstreamUnreachable, .upstreamFailure, .critical),
    ])
    func `a reason tells the kind and the severity`(
        reason: ReasonCode,
        kind: SecurityEvent.Kind,
        severity: SecurityEvent.Severity
    ) {
        let recorder = gate.hub.makeRecorder()
        gate.record(.denied(reason), by: recorder)
        gate.tick()
        #expect(events().map(\.kind) == [kind])
        #expect(events().map(\.severity) == [severity])
    }

    @Test func `a flood of addresses is bounded and no count is lost`() {
        let (first, second) = (gate.hub.makeRecorder(), gate.hub.makeRecorder())
        for number in 0..<5000 {
            gate.record(
                .denied(.credentialsMissing, .v4(number)),
                by: number % 2 == 0 ? first : second
            )
        }
        gate.record(.denied(.banned, .v4(77)), by: first)
        gate.tick()
        let failures = events().filter { $0.kind == .authenticationFailure }
        #expect(failures.count == CoalescedEvents.namedOriginsMax + 1)
        #expect(failures.reduce(0) { $0 + $1.count } == 5000)
        #expect(failures.filter { $0.address == nil }.map(\.count) == [4968])
        #expect(events().contains { $0.kind == .addressRefused && $0.address == "10.0.0.77" })
    }

    @Test func `the ring forgets the oldest and says how much`() {
        let extra = 25
        for number in 1...(TelemetryHub.keptEventsMax + extra) {
            gate.hub.record(
                SecurityEvent(
                    time: gate.now,
                    kind: .policyChanged,
                    severity: .info,
                    count: UInt64(number)
                )
            )
        }
        let page = gate.hub.events(after: 10, limit: 3)
        #expect(page.events.map(\.cursor) == [26, 27, 28])
        #expect(page.cursor == 28)
        #expect(page.missed == 15)
        #expect(gate.tick().totals.eventsForgotten == (1...25).reduce(0, +))
        #expect(gate.hub.latest.latestEvents.map(\.cursor).last == 10_025)
        #expect(gate.hub.latest.latestEvents.count == 50)
    }

    @Test func `pages by cursor see every event once`() {
        for _ in 0..<10 { gate.hub.record(.plain(at: gate.now)) }
        var cursor: UInt64 = 0
        var seen: [UInt64] = []
        while true {
            let page = gate.hub.events(after: cursor, limit: 3)
            #expect(page.missed == 0)
            if page.events.isEmpty { break }
            seen += page.events.map(\.cursor)
            cursor = page.cursor
        }
        #expect(seen == Array(1...10))
        #expect(cursor == gate.hub.latestCursor)
        gate.hub.record(.plain(at: gate.now))
        #expect(gate.hub.events(after: cursor, limit: 3).events.map(\.cursor) == [11])
    }

    @Test(arguments: [
        ("before the first event", 0, 0, 10, [Int](), 0),
        ("no limit left", 2, 1, 0, [], 1),
        ("a negative limit", 2, 1, -1, [], 1),
        ("at the newest", 2, 2, 10, [], 2),
        ("of an earlier process", 2, 900, 10, [1, 2], 2),
    ])
    func `answers an odd cursor`(
        name: String,
        recorded: Int,
        after: Int,
        limit: Int,
        expected: [Int],
        cursor: Int
    ) {
        for _ in 0..<recorded { gate.hub.record(.plain(at: gate.now)) }
        let page = gate.hub.events(after: UInt64(after), limit: limit)
        #expect(page.events.map { Int($0.cursor) } == expected)
        #expect(page.cursor == UInt64(cursor))
        #expect(page.missed == 0)
    }

    @Test func `equal input gives equal output`() {
        func run() -> (TelemetrySnapshot, [SecurityEvent]) {
            let gate = TelemetryFixture()
            let recorders = [gate.hub.makeRecorder(), gate.hub.makeRecorder()]
            for number in 0..<400 {
                let reason = ReasonCode.allCases[number % ReasonCode.allCases.count]
                let call = CallRecord.denied(reason, .v4(number % 90))
                gate.record(call, by: recorders[number % 2])
            }
            gate.tick()
            return (gate.hub.latest, gate.hub.events(after: 0, limit: 1000).events)
        }
        let (first, second) = (run(), run())
        #expect(first.0 == second.0)
        #expect(first.1 == second.1)
    }
}

extension SecurityEvent {
    static func plain(at time: Timestamp) -> Self {
        SecurityEvent(time: time, kind: .policyChanged, severity: .info)
    }
}
