/// Turns what the limiter says into rulings: 429 with the seconds to wait.
package enum RateGuard {
    /// For a subject that is blocked already; nil allows.
    package static func ruling(
        on standing: BlockStanding?,
        of subject: UsageLedger.Subject
    ) -> Ruling {
        guard let standing else { return .allow }
        return .deny(
            CallDenial(
                status: 429,
                code: subject.isKey ? .keyBlocked : .addressBlocked,
                clientMessage: "Too many requests; blocked for a while",
                retryAfterSeconds: max(standing.retryAfterSeconds, 1)
            )
        )
    }

    /// For a request that was charged to its subject.
    package static func ruling(
        on verdict: LimitVerdict,
        of subject: UsageLedger.Subject
    ) -> Ruling {
        guard !verdict.isAllowed else { return .allow }
        return .deny(
            CallDenial(
                status: 429,
                code: subject.isKey ? .keyRateLimited : .addressRateLimited,
                clientMessage: "Too many requests",
                retryAfterSeconds: max(verdict.retryAfterSeconds ?? 1, 1)
            )
        )
    }
}

extension UsageLedger.Subject {
    package var isKey: Bool {
        if case .key = self { true } else { false }
    }
}
