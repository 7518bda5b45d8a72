import Admin
import Policy
import Telemetry
import Testing

@Suite struct ControlWatchTests {
    private let folder = StoreFolder()

    @Test func `a watcher sees the revision, the event and the snapshot`() async throws {
        let gate = try await TestGate.start(in: folder)
        var updates = gate.service.watch(after: nil).makeAsyncIterator()
        try await gate.apply(.blockSeconds(5))
        #expect(try await updates.next() == .revision(RevisionNumber(2)))
        guard case .event(let event) = try await updates.next() else {
            Issue.record("no event")
            return
        }
        #expect(event.kind == .policyChanged)
        guard case .snapshot = try await updates.next() else {
            Issue.record("no snapshot")
            return
        }
        gate.telemetry.tick(at: gate.clock.now, monotonic: gate.clock.monotonic)
        #expect(try await updates.next() == .snapshot(gate.service.telemetry()))
    }

    @Test func `a watcher begins with the latest snapshot, without waiting for a tick`()
        async throws
    {
        let gate = try await TestGate.start(in: folder)
        gate.telemetry.tick(at: gate.clock.now, monotonic: gate.clock.monotonic)
        record(0, gate)
        var updates = gate.service.watch(after: 0).makeAsyncIterator()
        #expect(try await updates.next() == .revision(RevisionNumber(1)))
        #expect(try await nextCursor(&updates) == 1)
        #expect(try await updates.next() == .snapshot(gate.service.telemetry()))
    }

    @Test func `a watcher goes on after its cursor without loss or repetition`() async throws {
        let gate = try await TestGate.start(in: folder)
        for number in 0..<5 {
            record(number, gate)
        }
        var updates = gate.service.watch(after: 2).makeAsyncIterator()
        for cursor in 3...5 {
            #expect(try await nextCursor(&updates) == UInt64(cursor))
        }
        record(5, gate)
        #expect(try await nextCursor(&updates) == 6)
    }

    @Test func `a watcher from now on is not told of earlier events`() async throws {
        let gate = try await TestGate.start(in: folder)
        record(0, gate)
        var updates = gate.service.watch(after: nil).makeAsyncIterator()
        record(1, gate)
        #expect(try await nextCursor(&updates) == 2)
    }

    @Test func `a watcher that slept is told everything that is still held`() async throws {
        let gate = try await TestGate.start(in: folder)
        var updates = gate.service.watch(after: nil).makeAsyncIterator()
        for number in 0..<3000 {
            record(number, gate)
        }
        for cursor in 1...3000 {
            #expect(try await nextCursor(&updates) == UInt64(cursor))
        }
    }

    @Test func `a watcher that is cancelled ends`() async throws {
        let gate = try await TestGate.start(in: folder)
        let watching = Task {
            var count = 0
            for try await _ in gate.service.watch(after: nil) { count += 1 }
            return count
        }
        watching.cancel()
        // The revision in force and the latest snapshot may have come before the end.
        #expect(try await watching.value <= 2)
    }

    @Test func `events are paged by cursor`() async throws {
        let gate = try await TestGate.start(in: folder)
        for number in 0..<5 {
            record(number, gate)
        }
        let page = try await gate.service.events(after: 1, limit: 2)
        #expect(page.events.map(\.cursor) == [2, 3])
        #expect(page.cursor == 3)
        #expect(page.missed == 0)
    }

    private func record(_ number: Int, _ gate: TestGate) {
        gate.telemetry.record(
            SecurityEvent(
                time: gate.clock.now,
                kind: .banChanged,
                severity: .info,
                detail: "event \(number)"
            )
        )
    }

    private func nextCursor(
        _ updates: inout AsyncThrowingStream<AdminUpdate, any Error>.Iterator
    ) async throws -> UInt64? {
        while let update = try await updates.next(isolation: #isolation) {
            if case .event(let event) = update { return event.cursor }
        }
        return nil
    }
}
