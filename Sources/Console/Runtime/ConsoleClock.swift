import Policy

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Where the console's time comes from; tests bring their own.
struct ConsoleClock: Sendable {
    let now: @Sendable () -> Moment
    /// One element a second.
    let ticks: @Sendable () -> AsyncStream<Void>

    static let system = ConsoleClock(
        now: {
            Moment(
                wall: Timestamp(
                    millisecondsSince1970: reading(of: CLOCK_REALTIME) / 1_000_000
                ),
                monotonic: MonotonicTime(nanoseconds: reading(of: CLOCK_MONOTONIC))
            )
        },
        ticks: {
            AsyncStream {
                do {
                    try await Task.sleep(for: .seconds(1), tolerance: .milliseconds(50))
                    return ()
                } catch {
                    return nil
                }
            }
        }
    )

    /// Nanoseconds since the clock's origin.
    private static func reading(of clock: clockid_t) -> Int64 {
        var time = timespec()
        guard clock_gettime(clock, &time) == 0 else { return 0 }
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
