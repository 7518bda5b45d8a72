import Admin
import Policy
import Telemetry

extension ControlPlane {
    /// Snapshots, events and changes of revision, for as long as they are read.
    ///
    /// Begins with the revision in force, the events after the cursor and the latest snapshot, so
    /// that nobody waits for the next second to see anything.
    ///
    /// Pulled, not pushed: a slow reader holds nothing up and costs one page of memory. Every
    /// update of the telemetry is only a hint to look into the ring, so no event that the ring still
    /// holds is passed over, whatever the hints' own bounded buffer dropped.
    func watch(after cursor: UInt64?) -> AsyncThrowingStream<AdminUpdate, any Error> {
        let watch = LiveWatch(of: self, after: cursor ?? telemetry.latestCursor)
        return AsyncThrowingStream { try await watch.next() }
    }
}

/// One watcher: where it is, and what it was not told yet.
private actor LiveWatch {
    private static let pageLength = 256

    private let plane: ControlPlane
    private var hints: AsyncStream<TelemetryUpdate>.Iterator
    private var cursor: UInt64
    /// The one last told; nil before the first.
    private var revision: RevisionNumber?
    /// Not yet handed out; oldest last.
    private var page: [SecurityEvent] = []
    private var snapshot: TelemetrySnapshot?

    init(of plane: ControlPlane, after cursor: UInt64) {
        self.plane = plane
        self.cursor = cursor
        hints = plane.telemetry.updates().makeAsyncIterator()
        snapshot = plane.telemetry.latest
    }

    /// Waits for the next update; nil once the reading task is cancelled.
    func next() async throws(AdminError) -> AdminUpdate? {
        while !Task.isCancelled {
            if let update = pending() { return update }
            var iterator = hints
            let hint = await iterator.next(isolation: self)
            hints = iterator
            guard let hint else {
                if Task.isCancelled { break }
                throw AdminError(
                    .unavailable,
                    "no further live stream can be opened; close another and try again"
                )
            }
            if case .snapshot(let latest) = hint { snapshot = latest }
        }
        return nil
    }

    /// A new revision first, then events, then the snapshot.
    private func pending() -> AdminUpdate? {
        let current = plane.revision.number
        if current != revision {
            revision = current
            return .revision(current)
        }
        if page.isEmpty {
            let (events, next, _) = plane.telemetry.events(after: cursor, limit: Self.pageLength)
            page = events.reversed()
            cursor = next
        }
        if let event = page.popLast() { return .event(event) }
        defer { snapshot = nil }
        return snapshot.map { .snapshot(plane.complete($0)) }
    }
}
