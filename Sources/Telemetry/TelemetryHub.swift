package import Policy
import Synchronization

/// One item of a live stream of telemetry.
package enum TelemetryUpdate: Equatable, Sendable {
    /// One for every tick.
    case snapshot(TelemetrySnapshot)
    /// As it happens; those that calls cause come with the next tick.
    case event(SecurityEvent)
}

/// What happened at the gate: event loops record, a tick a second merges, everybody may look.
///
/// No reader and no subscriber can hold up an event loop: a loop only ever shares a lock with the
/// tick, for the time of a swap, and with readers of `latest` and `events`, for the time of a copy.
package final class TelemetryHub: Sendable {
    /// Events that `events(after:limit:)` can still tell of.
    package static let keptEventsMax = 10_000
    private static let snapshotEventsMax = 50

    private struct Merge: Sendable {
        var history: ActivityHistory
        /// What a recorder is given in exchange for its recording; empty between ticks.
        var spare = Recording()
    }

    private let ledger: UsageLedger
    private let origin: MonotonicTime
    private let recorders = Mutex<[LoopRecorder]>([])
    private let merge: Mutex<Merge>
    private let feed = Mutex(EventFeed(capacity: keptEventsMax))
    /// Streams whose readers have gone, until the feed is used next.
    ///
    /// A reader's end is told while the runtime holds a lock of its task, which waking that task
    /// takes too; the feed wakes readers under its own lock, so the end must never wait for that.
    private let departed = Mutex<[Int]>([])
    private let published: Mutex<TelemetrySnapshot>

    /// `started` and `monotonic` are the same moment.
    package init(ledger: UsageLedger, started: Timestamp, at monotonic: MonotonicTime) {
        self.ledger = ledger
        origin = monotonic
        merge = Mutex(Merge(history: ActivityHistory(started: started, at: monotonic)))
        published = Mutex(TelemetrySnapshot(time: started))
    }

    /// Makes the recorder of one event loop; it is kept for as long as the hub.
    package func makeRecorder() -> LoopRecorder {
        let recorder = LoopRecorder()
        recorders.withLock { $0.append(recorder) }
        return recorder
    }

    /// Takes an event that no call caused; gives it its cursor and publishes it at once.
    package func record(_ event: SecurityEvent) {
        withFeed { $0.publish(event) }
    }

    /// Merges what the loops recorded, publishes its events and then the snapshot.
    ///
    /// Once a second, by one caller.
    package func tick(at time: Timestamp, monotonic: MonotonicTime) {
        let blocks = ledger.blocks(at: monotonic)
        let recorders = recorders.withLock { $0 }
        var (snapshot, events) = merge.withLock { merge in
            merge.history.advance(to: monotonic)
            var openConnections = 0
            for recorder in recorders {
                openConnections += recorder.exchange(&merge.spare)
                merge.history.absorb(merge.spare)
                merge.spare.removeAll()
            }
            merge.history.observe(blocks, at: time, monotonic: monotonic)
            let snapshot = merge.history.snapshot(
                at: time,
                monotonic: monotonic,
                openConnections: openConnections
            )
            return (snapshot, merge.history.takeEvents())
        }
        withFeed { feed in
            for event in events {
                feed.publish(event)
            }
            snapshot.latestEvents = feed.ring.latest(Self.snapshotEventsMax)
            snapshot.totals.eventsForgotten = feed.ring.forgotten
        }
        published.withLock { $0 = snapshot }
        withFeed { $0.send(.snapshot(snapshot)) }
    }

    private func withFeed<Result>(_ body: (inout sending EventFeed) -> sending Result) -> Result {
        let gone = departed.withLock { departed in
            defer { departed.removeAll() }
            return departed
        }
        return feed.withLock { feed in
            for token in gone { _ = feed.remove(token) }
            return body(&feed)
        }
    }

    package func uptimeSeconds(at now: MonotonicTime) -> Int64 {
        max(0, now.nanoseconds - origin.nanoseconds) / 1_000_000_000
    }

    /// How many streams of `updates` are being read.
    package var subscriberCount: Int {
        withFeed { $0.subscriberCount }
    }

    /// As of the last tick; before the first, an empty one.
    package var latest: TelemetrySnapshot {
        published.withLock { $0 }
    }

    /// The cursor of the newest event; 0 before the first.
    package var latestCursor: UInt64 {
        withFeed { $0.ring.newestCursor }
    }

    /// Events after `cursor`, oldest first, at most `limit`.
    ///
    /// A cursor beyond the newest is of an earlier process: everything held follows it.
    /// - Returns: Also the cursor to go on from, and how many events between the asked cursor and
    ///   the first one returned are no longer held.
    package func events(
        after cursor: UInt64,
        limit: Int
    ) -> (events: [SecurityEvent], cursor: UInt64, missed: UInt64) {
        withFeed { $0.ring.events(after: cursor, limit: limit) }
    }

    /// Snapshots and events from now on.
    ///
    /// Buffers 512 updates; a slower reader loses the oldest, which shows as a gap in the cursors.
    /// At most 64 streams exist at once; a further one ends at once. Ends when its reader goes.
    package func updates() -> AsyncStream<TelemetryUpdate> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: TelemetryUpdate.self,
            bufferingPolicy: .bufferingNewest(EventFeed.bufferedUpdatesMax)
        )
        guard let token = withFeed({ $0.add(continuation) }) else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in
            self?.departed.withLock { $0.append(token) }
        }
        return stream
    }
}
