import Histogram

/// Counts of latencies in microseconds, within 1 %, up to 60 s.
typealias LatencyHistogram = Histogram<UInt32>

extension LatencyHistogram {
    /// Longer latencies count as this one.
    private static var latencyMicrosecondsMax: UInt64 { 60_000_000 }

    static func empty() -> Self {
        Self(
            highestTrackableValue: latencyMicrosecondsMax,
            numberOfSignificantValueDigits: .two
        )
    }

    mutating func record(nanoseconds: Int64) {
        let microseconds = UInt64(clamping: nanoseconds) / 1000
        record(Swift.min(microseconds, Self.latencyMicrosecondsMax))
    }
}

/// Latencies of the last 60 seconds: one histogram a second, summed when a summary is asked for.
struct LatencyWindow: Sendable {
    private var seconds: [LatencyHistogram]
    private var current = 0
    private var sum = LatencyHistogram.empty()

    init(seconds: Int = 60) {
        self.seconds = Array(repeating: .empty(), count: max(seconds, 1))
    }

    mutating func advance(bySeconds count: Int) {
        for _ in 0..<min(count, seconds.count) {
            current = (current + 1) % seconds.count
            if seconds[current].totalCount > 0 {
                seconds[current].reset()
            }
        }
    }

    mutating func add(_ histogram: LatencyHistogram) {
        guard histogram.totalCount > 0 else { return }
        seconds[current].add(histogram)
    }

    mutating func summary() -> LatencySummary {
        sum.reset()
        for second in seconds where second.totalCount > 0 {
            sum.add(second)
        }
        guard sum.totalCount > 0 else { return LatencySummary() }
        return LatencySummary(
            p50Microseconds: Int64(clamping: sum.valueAtPercentile(50)),
            p95Microseconds: Int64(clamping: sum.valueAtPercentile(95)),
            p99Microseconds: Int64(clamping: sum.valueAtPercentile(99)),
            count: sum.totalCount
        )
    }
}
