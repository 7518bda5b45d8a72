import Admin
import Policy

/// How the console stands with the server.
///
/// Attempts are numbered, so that the late words of a superseded connection are told apart.
struct ConnectionState: Equatable, Sendable {
    enum Phase: Equatable, Sendable {
        case connecting
        case live
        case waiting(retryAt: MonotonicTime)
    }

    var phase: Phase = .connecting
    /// Of the connection that is live or being made.
    var attempt = 1
    /// Failed in a row.
    var failures = 0
    /// When the server was last heard; nil before the first time.
    var lastHeard: MonotonicTime?
    /// Why the last attempt failed, with the remedy.
    var problem: String?

    /// Longer silence than this is shown.
    static let staleAfterSeconds: Int64 = 3
    /// Longer silence than this on an open connection ends it.
    static let deadAfterSeconds: Int64 = 10

    /// Doubles from one second to eight: the server is on this machine, so asking costs little.
    static func backOffSeconds(failures: Int) -> Int64 {
        min(8, 1 << Int64(min(max(failures - 1, 0), 3)))
    }

    func silenceSeconds(at now: Moment) -> Int64? {
        lastHeard.map { now.seconds(since: $0) }
    }

    func isStale(at now: Moment) -> Bool {
        guard let silence = silenceSeconds(at: now) else { return false }
        return phase != .live || silence > Self.staleAfterSeconds
    }

    mutating func heard(at now: Moment) {
        lastHeard = now.monotonic
        phase = .live
        failures = 0
        problem = nil
    }

    mutating func failed(_ reason: String, at now: Moment) {
        failures += 1
        problem = reason
        let wait = Self.backOffSeconds(failures: failures)
        phase = .waiting(retryAt: now.monotonic.advanced(bySeconds: wait))
    }

    mutating func retry() {
        attempt += 1
        phase = .connecting
    }
}

/// What the console loads whole when it connects.
struct ServerFacts: Equatable, Sendable {
    var status: GateStatus
    var policy: PolicyRevision
    var bans: [BanRecord]
}
