import Policy

/// Who the guards found behind a request.
struct Caller {
    /// The key that was verified; nil for an anonymous caller.
    var key: KeyIdentity?
    /// The key that a refused credential belongs to; for records only.
    var namedKey: KeyID?
    /// What its rate limit said; nil when none was asked.
    var allowance: Allowance?

    static let anonymous = Caller()
}

/// What is left of a rate limit, and over which time it is counted.
struct Allowance {
    let verdict: LimitVerdict
    /// In how many seconds a spent allowance is full again, rounded up.
    let windowSeconds: Int

    init(verdict: LimitVerdict, rule: RateRule) {
        self.verdict = verdict
        let perMinute = max(1, rule.requestsPerMinute)
        windowSeconds = (verdict.limit * 60 + perMinute - 1) / perMinute
    }
}
