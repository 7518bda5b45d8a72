import Policy

/// Decides whether something that keeps failing may be tried again; knows no sockets or timers.
///
/// After `failuresMax` failures in a row it opens: nobody may try for a time. Then one may; if that
/// fails too the time doubles, up to a bound, and a success closes it.
struct CircuitBreaker: Sendable {
    /// When it opens and for how long.
    struct Rule: Equatable, Sendable {
        /// At least 1.
        var failuresMax: Int
        var openSeconds: Int64
        var openSecondsMax: Int64

        static let upstream = Rule(failuresMax: 5, openSeconds: 1, openSecondsMax: 30)
        static let restart = Rule(failuresMax: 2, openSeconds: 1, openSecondsMax: 60)
    }

    enum Admission: Equatable {
        case admitted
        case refused(retryAfterSeconds: Int64)
    }

    private enum State: Equatable {
        case closed
        case open(until: MonotonicTime)
        /// One tries; if it does not say how it went, another may at this time.
        case trying(until: MonotonicTime)
    }

    private let rule: Rule
    private var state = State.closed
    private var failures = 0
    private var openSeconds: Int64

    init(_ rule: Rule) {
        self.rule = rule
        openSeconds = rule.openSeconds
    }

    /// Whether nothing has failed since the last success.
    var isUntroubled: Bool { state == .closed && failures == 0 }

    mutating func admission(at now: MonotonicTime) -> Admission {
        switch state {
        case .closed:
            return .admitted
        case .open(let until) where now < until, .trying(let until) where now < until:
            return .refused(retryAfterSeconds: Self.secondsLeft(until, at: now))
        case .open, .trying:
            state = .trying(until: now.advanced(bySeconds: rule.openSeconds))
            return .admitted
        }
    }

    mutating func succeeded() {
        self = CircuitBreaker(rule)
    }

    mutating func failed(at now: MonotonicTime) {
        failures = min(failures + 1, rule.failuresMax)
        switch state {
        case .closed:
            if failures >= rule.failuresMax { open(at: now) }
        case .trying:
            openSeconds = min(openSeconds * 2, rule.openSecondsMax)
            open(at: now)
        case .open:
            // It was admitted before the breaker opened.
            break
        }
    }

    /// It can be connected to or not, which cost nobody a call.
    ///
    /// An open breaker lets one call try at once, or nobody for a while longer.
    mutating func tried(isReachable: Bool, at now: MonotonicTime) {
        switch (state, isReachable) {
        case (.open, true): state = .open(until: now)
        case (.open, false): open(at: now)
        case (.closed, false): failed(at: now)
        case (.closed, true), (.trying, _): break
        }
    }

    /// For how many more seconds nobody may try, rounded up; nil when somebody may.
    func suspension(at now: MonotonicTime) -> Int64? {
        guard case .open(let until) = state, now < until else { return nil }
        return Self.secondsLeft(until, at: now)
    }

    private static func secondsLeft(_ until: MonotonicTime, at now: MonotonicTime) -> Int64 {
        (until.nanoseconds - now.nanoseconds + 999_999_999) / 1_000_000_000
    }

    private mutating func open(at now: MonotonicTime) {
        state = .open(until: now.advanced(bySeconds: openSeconds))
    }
}
