package import Policy

extension TokenVerdict {
    /// The verdict as the guards know it; nil when there is none and 503 is the answer.
    package func credential(under access: TokenAccess) -> CredentialVerdict? {
        switch self {
        case .verified(let principal): .verified(principal.identity(under: access))
        case .refused(let problem): .refused(cause: problem.cause, key: nil)
        case .unavailable: nil
        }
    }
}

extension PasswordVerdict {
    /// The verdict as the guards know it; nil when there is none and 503 is the answer.
    ///
    /// `candidates` are those that were asked about.
    package func credential(
        of candidates: [PasswordCandidate],
        at now: Timestamp
    ) -> CredentialVerdict? {
        switch self {
        case .matches(let index) where candidates.indices.contains(index):
            candidates[index].verdict(at: now)
        case .matches, .wrong: .refused(cause: .credentialsInvalid, key: nil)
        case .unavailable: nil
        }
    }
}

extension CallDenial {
    /// For a credential that there is no room to verify now.
    package static let verificationBusy = CallDenial(
        status: 503,
        code: .verificationBusy,
        clientMessage: "Too many credentials are being verified; try again",
        retryAfterSeconds: 1
    )

    /// For a credential that cannot be verified for a reason of the gate's own.
    package static let verificationUnavailable = CallDenial(
        status: 503,
        code: .verificationUnavailable,
        clientMessage: "The credentials cannot be verified now; try again",
        retryAfterSeconds: 10
    )

    /// For an access token whose scopes do not open the call; it needs a challenge of its own.
    package static let insufficientScope = CallDenial(
        status: 403,
        code: .insufficientScope,
        clientMessage: "The access token does not cover this call"
    )
}
