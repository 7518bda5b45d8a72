/// What is remembered of one address's failed authentication.
struct FailureRecord: Recollection {
    /// Past this many doublings every ban lasts as long as any may.
    private static let stepMax: Int64 = 20

    private var window = FailureWindow()
    /// Monotonic nanoseconds; 0 when there was no ban, in the past when it has ended.
    private(set) var bannedUntil: Int64 = 0
    private(set) var bannedSince: Int64 = 0
    /// How many bans count towards the length of the next.
    private(set) var step: Int64 = 0
    /// Calls refused by the ban in force.
    private(set) var refusals: UInt64 = 0
    private var lastSuccess: Int64 = .min

    func isKept(at now: MonotonicTime) -> Bool { isBanned(at: now) }

    func isBanned(at now: MonotonicTime) -> Bool { bannedUntil > now.nanoseconds }

    mutating func noteRefusal() {
        refusals &+= 1
    }

    mutating func noteSuccess(at now: MonotonicTime) {
        lastSuccess = now.nanoseconds
    }

    /// Decides what follows from one more failure.
    mutating func noteFailure(_ rules: FailureRules, at now: MonotonicTime) -> FailureLedger.Outcome
    {
        guard !isBanned(at: now) else { return .nothing }
        let count = window.add(at: now, windowSeconds: rules.windowSeconds)
        guard count >= max(rules.countMax, 1) else { return .nothing }
        if rules.banSeconds <= 0 || isMixed(rules, at: now) {
            let wait = window.secondsUntilBelow(max(rules.countMax, 1), at: now)
            return .throttle(retryAfterSeconds: wait)
        }
        fallBack(rules, at: now)
        let seconds = min(rules.banSeconds << min(step, Self.stepMax), rules.banSecondsMax)
        step = min(step + 1, Self.stepMax)
        ban(seconds: max(seconds, rules.banSeconds), step: step, at: now)
        return .ban(seconds: max(seconds, rules.banSeconds), step: step)
    }

    /// Begins a ban; failures before it count no more.
    mutating func ban(seconds: Int64, step: Int64, at now: MonotonicTime) {
        self.step = step
        bannedSince = now.nanoseconds
        bannedUntil = now.nanoseconds.addingClamped(seconds.multipliedClamped(by: 1_000_000_000))
        refusals = 0
        window.clear()
    }

    /// Ends the ban and forgets what led to it.
    mutating func pardon() {
        bannedUntil = 0
        step = 0
        window.clear()
    }

    /// Whether good credentials came from the address too, within the window.
    private func isMixed(_ rules: FailureRules, at now: MonotonicTime) -> Bool {
        let age = now.nanoseconds.subtractingClamped(lastSuccess)
        return age <= rules.windowSeconds.multipliedClamped(by: 1_000_000_000)
    }

    /// Takes one step back for each longest ban that has passed since the last one ended.
    private mutating func fallBack(_ rules: FailureRules, at now: MonotonicTime) {
        guard step > 0 else { return }
        let quiet = now.nanoseconds.subtractingClamped(bannedUntil)
        let stride = max(rules.banSecondsMax, 1).multipliedClamped(by: 1_000_000_000)
        step = max(step - quiet / stride, 0)
    }
}
