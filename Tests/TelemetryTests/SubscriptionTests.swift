import Policy
import Synchronization
import Testing

@testable import Telemetry

struct SubscriptionTests {
    private let gate = TelemetryFixture()

    @Test func `delivers events in order, then the snapshot of their second`() async {
        let stream = gate.hub.updates()
        let recorder = gate.hub.makeRecorder()
        gate.hub.record(.plain(at: gate.now))
        gate.record(.denied(.banned), by: recorder)
        gate.tick()
        var updates: [TelemetryUpdate] = []
        for await update in stream {
            updates.append(update)
            if case .snapshot = update { break }
        }
        let events = gate.hub.events(after: 0, limit: 10).events
        #expect(events.count == 2)
        #expect(updates == events.map { .event($0) } + [.snapshot(gate.hub.latest)])
    }

    @Test func `a slow subscriber loses the oldest and holds nobody up`() async {
        let stream = gate.hub.updates()
        let total = EventFeed.bufferedUpdatesMax + 100
        for _ in 0..<total { gate.hub.record(.plain(at: gate.now)) }
        var cursors: [UInt64] = []
        for await update in stream {
            guard case .event(let event) = update else { continue }
            cursors.append(event.cursor)
            if event.cursor == UInt64(total) { break }
        }
        #expect(cursors == (101...UInt64(total)).map { $0 })
        #expect(gate.hub.events(after: 0, limit: 1000).events.count == total)
    }

    @Test func `a subscriber that goes away makes room for another`() {
        var streams = (0..<EventFeed.subscribersMax).map { _ in gate.hub.updates() }
        #expect(gate.hub.subscriberCount == EventFeed.subscribersMax)
        streams.removeAll()
        #expect(gate.hub.subscriberCount == 0)
    }

    @Test func `one subscriber too many is told at once`() async {
        let streams = (0..<EventFeed.subscribersMax).map { _ in gate.hub.updates() }
        var updates = 0
        for await _ in gate.hub.updates() { updates += 1 }
        #expect(updates == 0)
        #expect(gate.hub.subscriberCount == streams.count)
    }

    /// A reader is told of its end under a lock of its task, which waking it takes too.
    @Test(.timeLimit(.minutes(1)))
    func `readers that leave while events come and the events wait for nobody`() async {
        let hub = gate.hub
        await withTaskGroup { group in
            let event = SecurityEvent.plain(at: gate.now)
            let isOver = Atomic(false)
            group.addTask {
                while !isOver.load(ordering: .relaxed) {
                    hub.record(event)
                    await Task.yield()
                }
            }
            for round in 0..<2_000 {
                let stream = hub.updates()
                let reader = Task { for await _ in stream {} }
                for _ in 0..<round % 16 { await Task.yield() }
                reader.cancel()
                await reader.value
            }
            isOver.store(true, ordering: .relaxed)
        }
        #expect(hub.subscriberCount == 0)
    }

    @Test func `loops that record while ticks merge lose nothing`() async {
        let gate = gate.hub
        let (loops, calls) = (4, 20_000)
        await withTaskGroup { group in
            for loop in 0..<loops {
                let recorder = gate.makeRecorder()
                group.addTask {
                    for number in 0..<calls {
                        let client = ClientAddress.v4(number % 50)
                        recorder.record(
                            number % 4 == 0 ? .denied(.banned, client) : .allowed(client),
                            at: TelemetryFixture.start
                        )
                        if number % 1000 == loop { recorder.connectionOpened() }
                    }
                }
            }
            group.addTask {
                for second: Int64 in 1...40 {
                    gate.tick(
                        at: TelemetryFixture.start,
                        monotonic: MonotonicTime(nanoseconds: 5_000_000_000 + second * 1_000_000)
                    )
                    await Task.yield()
                }
            }
        }
        gate.tick(
            at: TelemetryFixture.start,
            monotonic: MonotonicTime(nanoseconds: 6_000_000_000)
        )
        let snapshot = gate.latest
        let events = gate.events(after: 0, limit: 10_000).events
        #expect(snapshot.totals.requests == UInt64(loops * calls))
        #expect(snapshot.totals.denials == UInt64(loops * calls / 4))
        #expect(snapshot.requestsPerSecond.reduce(0, +) == UInt64(loops * calls))
        #expect(snapshot.clients.reduce(0) { $0 + $1.totalRequests } == UInt64(loops * calls))
        #expect(events.reduce(0) { $0 + $1.count } == UInt64(loops * calls / 4))
        #expect(snapshot.openConnections == loops * 20)
    }
}
