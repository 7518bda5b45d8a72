/// What the limiter says to one request.
package struct LimitVerdict: Equatable, Sendable {
    package var isAllowed: Bool
    /// The rule's burst: how many requests a full allowance holds.
    package var limit: Int
    /// Requests that could follow at once.
    package var remaining: Int
    /// Whole seconds until the allowance is full again, rounded up.
    package var resetSeconds: Int64
    /// Whole seconds for `Retry-After`, at least 1; nil when allowed.
    package var retryAfterSeconds: Int64?
    /// Whether this very request began a block.
    package var isNewBlock: Bool
    /// Whether a block that began earlier refused it, and not the rule itself.
    package var isBlocked = false

    package init(
        isAllowed: Bool,
        limit: Int,
        remaining: Int,
        resetSeconds: Int64,
        retryAfterSeconds: Int64?,
        isNewBlock: Bool
    ) {
        self.isAllowed = isAllowed
        self.limit = limit
        self.remaining = remaining
        self.resetSeconds = resetSeconds
        self.retryAfterSeconds = retryAfterSeconds
        self.isNewBlock = isNewBlock
    }
}

/// A block that is in force.
package struct BlockStanding: Equatable, Sendable {
    /// Whole seconds until it ends, at least 1.
    package var retryAfterSeconds: Int64

    package init(retryAfterSeconds: Int64) {
        self.retryAfterSeconds = retryAfterSeconds
    }
}

/// A block in force, for lists.
package struct ActiveBlock: Equatable, Sendable {
    /// The address (an IPv6 /64 with its length) or the key's id.
    package var subject: String
    package var isKey: Bool
    /// `.addressRateLimited` or `.keyRateLimited`.
    package var reason: ReasonCode
    /// Whole seconds until it ends, at least 1.
    package var remainingSeconds: Int64
    /// Whole seconds since it began.
    package var elapsedSeconds: Int64
    /// Requests refused since it began, the one that caused it included.
    package var refusals: UInt64

    package init(
        subject: String,
        isKey: Bool,
        reason: ReasonCode,
        remainingSeconds: Int64,
        elapsedSeconds: Int64,
        refusals: UInt64
    ) {
        self.subject = subject
        self.isKey = isKey
        self.reason = reason
        self.remainingSeconds = remainingSeconds
        self.elapsedSeconds = elapsedSeconds
        self.refusals = refusals
    }
}
