/// Turns what the limiter says into rulings: 429 with the seconds to wait.
package enum RateGuard {
    /// For a request that was charged to its subject, or refused because that is blocked.
    package static func ruling(
        on verdict: LimitVerdict,
        of subject: UsageLedger.Subject
    ) -> Ruling {
        guard !verdict.isAllowed else { return .allow }
        return .deny(
            CallDenial(
                status: 429,
                code: verdict.isBlocked ? subject.blockCode : subject.limitCode,
                clientMessage: "Too many requests; wait before the next one",
                retryAfterSeconds: max(verdict.retryAfterSeconds ?? 1, 1)
            )
        )
    }
}

extension UsageLedger.Subject {
    fileprivate var blockCode: ReasonCode {
        switch self {
        case .address: .addressBlocked
        case .key: .keyBlocked
        }
    }

    fileprivate var limitCode: ReasonCode {
        switch self {
        case .address: .addressRateLimited
        case .key: .keyRateLimited
        }
    }
}
