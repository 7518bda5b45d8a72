import MCP

/// Decides on credentials: where a request may carry them and what a verdict means for it.
///
/// The client hears the same of every credential that does not work; the true cause goes into the
/// record only. The comparison itself is of digests, in constant time (`SecretDigest`).
package enum KeyGuard {
    /// For a request without credentials where they are required.
    package static let missing = CallDenial(
        status: 401,
        code: .credentialsMissing,
        clientMessage: "Credentials are required, in X-API-Key or Authorization"
    )

    /// For a request whose credential cannot be read.
    package static let unreadable = refusal(of: .credentialsInvalid)

    /// Allows a verified caller, refuses any other with 401.
    package static func ruling(on verdict: CredentialVerdict) -> Ruling {
        switch verdict {
        case .verified: .allow
        case .refused(let cause, _): .deny(refusal(of: cause))
        }
    }

    /// One answer for every bad credential, whatever is wrong with it.
    private static func refusal(of cause: ReasonCode) -> CallDenial {
        CallDenial(
            status: 401,
            code: .credentialsInvalid,
            cause: cause,
            clientMessage: "The credentials are not valid"
        )
    }
}
