import Admin
import Policy
import Telemetry
import Terminal
import Testing

@testable import Console

struct ConnectionTests {
    private let gone = AdminError(
        .unavailable,
        "Nobody listens on /run/gatehouse/admin.sock: start gatehouse serve."
    )

    @Test func `starts without a server, says so, and names the remedy`() {
        var console = ConsoleScript()
        #expect(console.takeEffects() == [.connect(attempt: 1, cursor: nil)])
        #expect(console.screen.contains("connecting"))
        console.send(.disconnected(gone, attempt: 1, console.now))
        #expect(console.screen.contains("connecting retry 1 in 1s"))
        #expect(console.screen.contains("start gatehouse serve"))
        #expect(!console.model.isOver)
    }

    @Test func `waits longer after every failure, eight seconds at most`() {
        let waits = (1...8).map { ConnectionState.backOffSeconds(failures: $0) }
        #expect(waits == [1, 2, 4, 8, 8, 8, 8, 8])
    }

    @Test func `a lost server leaves the last data, its age and the next retry on screen`() {
        var console = ConsoleScript.live()
        for attempt in 1...3 {
            console.send(.disconnected(gone, attempt: attempt, console.now))
            if attempt < 3 { console.wait(seconds: attempt * 2 - 1) }
        }
        console.wait(seconds: 2)
        #expect(console.screen.contains("STALE 6s retry 3 in 2s"))
        #expect(console.screen.contains("10.0.0.9"))
    }

    @Test func `retries by itself when the wait is over, from the event after the last`() {
        var console = ConsoleScript.live()
        console.send(.disconnected(gone, attempt: 1, console.now))
        _ = console.takeEffects()
        console.wait(seconds: 1)
        #expect(console.takeEffects() == [.connect(attempt: 2, cursor: 3)])
        console.wait(seconds: 5)
        #expect(console.takeEffects().isEmpty)
    }

    @Test func `control r reconnects at once`() {
        var console = ConsoleScript.live()
        console.press(.control("r"))
        #expect(console.takeEffects() == [.connect(attempt: 2, cursor: 3)])
    }

    @Test func `late words of a superseded connection change nothing`() {
        var console = ConsoleScript.live()
        console.press(.control("r"))
        let before = console.model
        console.send(.disconnected(gone, attempt: 1, console.now))
        console.send(.received(.revision(RevisionNumber(99)), attempt: 1, console.now))
        #expect(console.model == before)
    }

    @Test func `an open connection that says nothing is stale, then given up`() {
        var console = ConsoleScript.live()
        console.wait(seconds: 4)
        #expect(console.screen.contains("STALE 4s"))
        _ = console.takeEffects()
        console.wait(seconds: 7)
        #expect(console.takeEffects() == [.connect(attempt: 2, cursor: 3)])
    }

    @Test func `coming back is said, and a restarted server counts its events anew`() {
        var console = ConsoleScript.live()
        console.send(.disconnected(gone, attempt: 1, console.now))
        console.wait(seconds: 1)
        var status = ConsoleFixture.status
        status.started = status.started.advanced(bySeconds: 7_000)
        let facts = ServerFacts(status: status, policy: ConsoleFixture.revision(), bans: [])
        console.send(.connected(facts, attempt: 2, console.now))
        #expect(console.screen.contains("The server was restarted; reconnected."))
        #expect(console.screen.contains("live"))
        #expect(console.model.events.cursor == nil)
    }

    @Test func `an older policy after a reconnect is taken for what it is`() {
        var console = ConsoleScript.live()
        console.send(.disconnected(gone, attempt: 1, console.now))
        console.wait(seconds: 1)
        let facts = ServerFacts(
            status: ConsoleFixture.status,
            policy: ConsoleFixture.revision(3),
            bans: []
        )
        console.send(.connected(facts, attempt: 2, console.now))
        #expect(console.model.policy?.number == RevisionNumber(3))
    }

    @Test func `a new revision is loaded, a known one is not`() {
        var console = ConsoleScript.live()
        console.send(.received(.revision(RevisionNumber(12)), attempt: 1, console.now))
        #expect(console.takeEffects().isEmpty)
        console.send(.received(.revision(RevisionNumber(13)), attempt: 1, console.now))
        #expect(console.takeEffects() == [.loadPolicy, .loadStatus])
    }

    @Test func `equal events grow one line and do not scroll the list`() {
        var console = ConsoleScript.live()
        let groups = console.model.events.groups.count
        for cursor in 4...40 {
            let event = ConsoleFixture.event(
                cursor: UInt64(cursor),
                .addressBlocked,
                .critical,
                reason: .addressRateLimited
            )
            console.send(.received(.event(event), attempt: 1, console.now))
        }
        #expect(console.model.events.groups.count == groups)
        #expect(console.model.events.groups[0].count == (3...40).reduce(0, +))
    }

    @Test func `a flood of different events stays bounded`() {
        var digest = EventDigest()
        for cursor in 1...1_000 {
            digest.count(
                ConsoleFixture.event(
                    cursor: UInt64(cursor),
                    .requestRefused,
                    .warning,
                    address: "10.0.0.\(cursor)"
                )
            )
        }
        #expect(digest.groups.count == EventDigest.groupsMax)
        #expect(digest.groups.first?.address == "10.0.0.1000")
    }

    @Test func `a frozen display keeps still while data arrives and counts it`() {
        var console = ConsoleScript.live()
        console.press(.character("p"))
        var newer = ConsoleFixture.snapshot(clients: [ConsoleFixture.client("10.7.7.7", rate: 1)])
        newer.latestEvents = [ConsoleFixture.event(cursor: 5, .requestRefused, .info)]
        console.send(.received(.snapshot(newer), attempt: 1, console.now))
        #expect(console.screen.contains("10.0.0.9"))
        #expect(!console.screen.contains("10.7.7.7"))
        #expect(console.screen.contains("FROZEN 0s +5"))
        console.press(.character("p"))
        #expect(console.screen.contains("10.7.7.7"))
    }

    @Test func `a group of events keeps its place while it goes on`() {
        let digest = digest(of: [("a", 0), ("b", 0), ("c", 1), ("a", 2), ("b", 2)])
        #expect(digest.groups.map(\.address) == ["c", "b", "a"])
        #expect(digest.groups.map(\.count) == [1, 2, 2])
    }

    @Test func `a group that comes back after a quiet minute is on top`() {
        let digest = digest(of: [("a", 0), ("b", 30), ("a", 61)])
        #expect(digest.groups.map(\.address) == ["a", "b"])
        #expect(digest.groups.map(\.count) == [2, 1])
    }

    @Test func `a flood pushes out the group that was quiet longest, not one that goes on`() {
        let others = (1...EventDigest.groupsMax).map { ("10.0.0.\($0)", Int64($0)) }
        let digest = digest(of: [("a", 0)] + others.flatMap { [$0, ("a", $0.1)] })
        #expect(digest.groups.count == EventDigest.groupsMax)
        #expect(digest.groups.contains { $0.address == "a" })
        #expect(!digest.groups.contains { $0.address == "10.0.0.1" })
    }

    private func digest(of events: [(address: String, second: Int64)]) -> EventDigest {
        var digest = EventDigest()
        for (index, event) in events.enumerated() {
            digest.count(
                SecurityEvent(
                    cursor: UInt64(index + 1),
                    time: ConsoleFixture.wall.advanced(bySeconds: event.second),
                    kind: .requestRefused,
                    severity: .info,
                    address: event.address
                )
            )
        }
        return digest
    }
}
