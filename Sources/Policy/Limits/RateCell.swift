/// The generic cell rate algorithm for one client: how much of its allowance is used up.
///
/// Integer nanoseconds, no drift, exact at any rule within bounds. The interval between requests
/// is rounded up, so the stated rate is never exceeded. When the rule changes, the number of
/// requests already used is kept (at most the new burst): a policy swap never refills a bucket.
struct RateCell: Equatable, Sendable {
    /// When the allowance will be full again; the algorithm's theoretical arrival time.
    private(set) var fullAt: Int64 = .min
    /// The interval under which `fullAt` was computed, in nanoseconds.
    private var interval: Int64 = 0
    /// What a full allowance was worth then, in nanoseconds.
    private var capacity: Int64 = 0

    /// Nothing is remembered that a fresh cell would not know.
    func isIdle(at now: MonotonicTime) -> Bool { fullAt <= now.nanoseconds }

    /// Takes one request out of the allowance, or says how long to wait for the next.
    mutating func spend(_ rule: RateRule, at now: MonotonicTime) -> LimitVerdict {
        let interval = Self.interval(of: rule)
        let capacity = interval * Self.burst(of: rule)
        adopt(interval, capacity: capacity, at: now.nanoseconds)
        let debt = max(fullAt.subtractingClamped(now.nanoseconds), 0)
        let isAllowed = debt + interval <= capacity
        let newDebt = isAllowed ? debt + interval : debt
        if isAllowed { fullAt = now.nanoseconds.addingClamped(newDebt) }
        return LimitVerdict(
            isAllowed: isAllowed,
            limit: rule.burst,
            remaining: Int((capacity - newDebt) / interval),
            resetSeconds: Self.wholeSeconds(newDebt),
            retryAfterSeconds: isAllowed
                ? nil : max(Self.wholeSeconds(debt + interval - capacity), 1),
            isNewBlock: false
        )
    }

    /// Carries the requests used so far over to a new rule.
    private mutating func adopt(_ newInterval: Int64, capacity newCapacity: Int64, at now: Int64) {
        guard newInterval != interval || newCapacity != capacity else { return }
        let debt = fullAt.subtractingClamped(now)
        if debt > 0 && interval > 0 {
            let used = (debt - 1) / interval + 1
            let (product, isTooLarge) = used.multipliedReportingOverflow(by: newInterval)
            let carried = newInterval == interval ? debt : isTooLarge ? newCapacity : product
            fullAt = now.addingClamped(min(carried, newCapacity))
        }
        interval = newInterval
        capacity = newCapacity
    }

    /// Nanoseconds between requests at the steady rate, rounded up; 1,000…60,000,000,000.
    private static func interval(of rule: RateRule) -> Int64 {
        let perMinute = Int64(min(max(rule.requestsPerMinute, 1), PolicyBounds.rateMax))
        return (60_000_000_000 + perMinute - 1) / perMinute
    }

    private static func burst(of rule: RateRule) -> Int64 {
        Int64(min(max(rule.burst, 1), PolicyBounds.burstMax))
    }

    /// Rounded up.
    private static func wholeSeconds(_ nanoseconds: Int64) -> Int64 {
        (nanoseconds + 999_999_999) / 1_000_000_000
    }
}

extension Int64 {
    func addingClamped(_ other: Int64) -> Int64 {
        let (sum, isOver) = addingReportingOverflow(other)
        return isOver ? (other > 0 ? .max : .min) : sum
    }

    func subtractingClamped(_ other: Int64) -> Int64 {
        let (difference, isOver) = subtractingReportingOverflow(other)
        return isOver ? (other < 0 ? .max : .min) : difference
    }
}
