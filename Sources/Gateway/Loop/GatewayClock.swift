import Glibc
import NIOCore
package import Policy

/// The clocks of the data plane; whoever shares its ledger or its telemetry reads the same ones.
package enum GatewayClock {
    /// The system's monotonic clock, which no one can step.
    package static func monotonic() -> MonotonicTime {
        MonotonicTime(nanoseconds: Int64(clamping: NIODeadline.now().uptimeNanoseconds))
    }

    /// The wall clock, for records only.
    package static func wall() -> Timestamp {
        var reading = timespec()
        clock_gettime(CLOCK_REALTIME, &reading)
        let milliseconds = Int64(reading.tv_sec) * 1000 + Int64(reading.tv_nsec) / 1_000_000
        return Timestamp(millisecondsSince1970: milliseconds)
    }
}

extension MonotonicTime {
    /// Further away than any deadline.
    static let never = MonotonicTime(nanoseconds: .max)

    func advanced(by span: TimeSpan) -> Self {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(span.nanoseconds)
        return Self(nanoseconds: overflow ? .max : sum)
    }
}

/// One loop's reading of both clocks, taken once per batch of bytes instead of once per question.
struct LoopClock {
    private(set) var now: MonotonicTime
    private var wallOffsetNanoseconds: Int64

    init() {
        now = GatewayClock.monotonic()
        wallOffsetNanoseconds = 0
        synchronize()
    }

    var wallNow: Timestamp {
        let nanoseconds = now.nanoseconds + wallOffsetNanoseconds
        return Timestamp(millisecondsSince1970: nanoseconds / 1_000_000)
    }

    mutating func refresh() {
        now = GatewayClock.monotonic()
    }

    /// Follows a wall clock that was stepped; called once per sweep.
    mutating func synchronize() {
        refresh()
        let wall = GatewayClock.wall().millisecondsSince1970 * 1_000_000
        wallOffsetNanoseconds = wall - now.nanoseconds
    }
}
