package import Policy

/// When something reached the console, on both clocks.
package struct Moment: Equatable, Sendable {
    /// For display only.
    package var wall: Timestamp
    /// For every wait, age and guard.
    package var monotonic: MonotonicTime

    package init(wall: Timestamp, monotonic: MonotonicTime) {
        self.wall = wall
        self.monotonic = monotonic
    }

    /// Whole seconds from `earlier` to this moment, never negative.
    func seconds(since earlier: MonotonicTime) -> Int64 {
        max(0, (monotonic.nanoseconds - earlier.nanoseconds) / 1_000_000_000)
    }

    func milliseconds(since earlier: MonotonicTime) -> Int64 {
        max(0, (monotonic.nanoseconds - earlier.nanoseconds) / 1_000_000)
    }
}
