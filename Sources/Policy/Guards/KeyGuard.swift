import MCP

/// Decides on credentials: where a request may carry them and what a verdict means for it.
///
/// The client hears the same of every credential that does not work; the true cause goes into the
/// record only. The comparison itself is of digests, in constant time (`SecretDigest`).
package enum KeyGuard {
    /// The longest credential that is looked at, in bytes.
    package static let credentialBytesMax = 512

    /// Where the one credential of a request stands.
    package enum Presentation: Equatable, Sendable {
        case missing
        /// The offsets of its bytes, those of a scheme before it excluded.
        case key(Range<Int>)
        /// Several, or one that cannot be read: treated as wrong.
        case unreadable
    }

    /// For a request without credentials where they are required.
    package static let missing = CallDenial(
        status: 401,
        code: .credentialsMissing,
        clientMessage: "An API key is required, in X-API-Key or as Authorization: Bearer"
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
            clientMessage: "The API key is not valid"
        )
    }

    /// Finds the credential in a head's bytes.
    ///
    /// A request that carries both fields, or one of them twice, is unreadable: two readers could
    /// disagree on whose it is.
    ///
    /// - Parameters:
    ///   - apiKey: The value of `X-API-Key` without white space around it, or nil.
    ///   - apiKeyCount: How many of these fields there are.
    ///   - authorization: The value of `Authorization`, alike.
    ///   - authorizationCount: How many of these fields there are.
    ///   - bytes: The head that the values stand in.
    /// - Returns: Where the credential's own bytes stand, or that there is none to read.
    package static func presentation(
        apiKey: Range<Int>?,
        apiKeyCount: Int,
        authorization: Range<Int>?,
        authorizationCount: Int,
        in bytes: RawSpan
    ) -> Presentation {
        let key: Range<Int>?
        switch (apiKeyCount, authorizationCount) {
        case (0, 0): return .missing
        case (1, 0): key = apiKey
        case (0, 1): key = authorization.flatMap { bearerKey(in: $0, of: bytes) }
        default: key = nil
        }
        guard let key, (1...credentialBytesMax).contains(key.count), bytes.isVisible(in: key)
        else { return .unreadable }
        return .key(key)
    }

    /// `Bearer`, at least one space, and the key to the end.
    private static func bearerKey(in value: Range<Int>, of bytes: RawSpan) -> Range<Int>? {
        guard bytes.equalsFolded("bearer ", in: value.prefix(7)) else { return nil }
        var start = value.lowerBound + 7
        while start < value.upperBound, bytes[start] == ASCII.space { start += 1 }
        return start..<value.upperBound
    }
}
