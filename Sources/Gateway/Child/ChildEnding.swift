import Policy

/// How a child is brought to its end: its input is closed, then it is asked, then it is made to.
///
/// Pure: it says what is due, the process does it.
struct ChildEnding {
    enum Step: Equatable {
        case wait
        /// SIGTERM to the child's process group.
        case ask
        /// SIGKILL to the child's process group.
        case kill
    }

    /// From the end of its input until it is asked.
    static let politeSeconds: Int64 = 2
    /// From being asked until it is killed.
    static let askedSeconds: Int64 = 2

    private enum Phase {
        case inputClosed, asked, killed
    }

    private var phase = Phase.inputClosed
    private var since: MonotonicTime

    /// The input was closed at `now`.
    init(at now: MonotonicTime) {
        since = now
    }

    mutating func step(at now: MonotonicTime) -> Step {
        switch phase {
        case .inputClosed where since.advanced(bySeconds: Self.politeSeconds) <= now:
            phase = .asked
            since = now
            return .ask
        case .asked where since.advanced(bySeconds: Self.askedSeconds) <= now:
            phase = .killed
            return .kill
        case .inputClosed, .asked, .killed:
            return .wait
        }
    }
}
