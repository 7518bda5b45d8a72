package import Policy

/// The two clocks the control plane reads: one for people and records, one for measuring.
package struct ControlClock: Sendable {
    package var wall: @Sendable () -> Timestamp
    /// Of the same origin as the clock that the limits run on.
    package var monotonic: @Sendable () -> MonotonicTime

    package init(
        wall: @escaping @Sendable () -> Timestamp,
        monotonic: @escaping @Sendable () -> MonotonicTime
    ) {
        self.wall = wall
        self.monotonic = monotonic
    }

    /// Whole microseconds since `start`.
    func microseconds(since start: MonotonicTime) -> Int64 {
        (monotonic().nanoseconds - start.nanoseconds) / 1000
    }
}
