import Admin
import Policy
import Telemetry

/// One second of a gate as one plain line.
struct StatusLine: CustomStringConvertible {
    var snapshot: TelemetrySnapshot
    var revision: RevisionNumber

    var description: String {
        let requests = snapshot.requestsPerSecond.last ?? 0
        let denials = snapshot.denialsPerSecond.last ?? 0
        let failures = snapshot.authenticationFailures.map(\.count).reduce(0, +)
        return "\(snapshot.time)  rev \(revision)  \(requests) req/s  \(denials) denied/s"
            + "  p50 \(snapshot.latency.p50Microseconds) us"
            + "  p99 \(snapshot.latency.p99Microseconds) us"
            + "  \(snapshot.clientCount) clients  \(snapshot.blocks.count) blocked"
            + "  \(failures) auth failures"
    }
}
