extension PolicyDocument {
    /// What may be enforced, but not without an operator knowing of it; one sentence each.
    package func warnings(at now: Timestamp) -> [String] {
        let rules = authentication
        let hasCredential =
            rules.keys.contains { $0.isUsable(at: now) } || rules.tokens != nil
            || !rules.certificates.isEmpty
        let crossOrigin = browser.crossOrigin
        let findings: [(isSo: Bool, sentence: String)] = [
            (
                !rules.isRequired,
                "authentication is off: everyone who reaches the gate may pass it"
            ),
            (
                rules.isRequired && !hasCredential,
                "no credential is usable: every client will be refused"
            ),
            (rules.failures.banSeconds == 0, "failed authentication leads to no ban"),
            (!limits.isRateLimitEnabled, "the rate limit is off: nobody is limited"),
            (
                crossOrigin.isEnabled && crossOrigin.allowsAnyOrigin,
                "every web page may send requests and read answers"
            ),
            (
                lockdown(at: now) != nil,
                "the gate is in lockdown: only the networks it names may pass"
            ),
        ]
        return findings.filter(\.isSo).map(\.sentence)
    }
}

extension KeyRecord {
    /// Whether some secret of it would pass at `now`.
    package func isUsable(at now: Timestamp) -> Bool {
        state == .enabled && (expires.map { now < $0 } ?? true)
            && secrets.contains { secret in secret.retires.map { now < $0 } ?? true }
    }
}
