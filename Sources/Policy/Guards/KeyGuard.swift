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
        /// Within the value of `X-API-Key`.
        case apiKey(Range<Int>)
        /// Within the value of `Authorization`, after `Bearer`.
        case bearer(Range<Int>)
        /// Several, or one that cannot be read: treated as wrong.
        case unreadable
    }

    /// Finds the credential; values without white space around them, counts of equal fields.
    ///
    /// A request that carries both fields, or one of them twice, is unreadable: two readers could
    /// disagree on whose it is.
    package static func presentation(
        apiKey: RawSpan?,
        apiKeyCount: Int,
        authorization: RawSpan?,
        authorizationCount: Int
    ) -> Presentation {
        switch (apiKeyCount, authorizationCount) {
        case (0, 0):
            return .missing
        case (1, 0):
            guard let apiKey, isCredential(apiKey, 0..<apiKey.byteCount) else { break }
            return .apiKey(0..<apiKey.byteCount)
        case (0, 1):
            guard let authorization, let range = bearerRange(authorization) else { break }
            return .bearer(range)
        default:
            break
        }
        return .unreadable
    }

    /// Allows a verified caller, refuses any other with 401.
    package static func ruling(on verdict: CredentialVerdict) -> Ruling {
        switch verdict {
        case .verified:
            .allow
        case .refused(let cause, _):
            .deny(
                CallDenial(
                    status: 401,
                    code: .credentialsInvalid,
                    cause: cause,
                    clientMessage: "The API key is not valid"
                )
            )
        }
    }

    /// For a request without credentials where they are required.
    package static let missing = CallDenial(
        status: 401,
        code: .credentialsMissing,
        clientMessage: "An API key is required, in X-API-Key or as Authorization: Bearer"
    )

    /// For a request with a credential in its query, which ends up in logs and histories.
    package static let inQuery = CallDenial(
        status: 401,
        code: .credentialsInQuery,
        clientMessage: "Send the API key in X-API-Key or Authorization, never in the address"
    )

    /// Whether a query names a credential: a parameter such as `api_key`, or a key's prefix.
    package static func isCredentialInQuery(_ query: RawSpan) -> Bool {
        var start = 0
        for offset in 0...query.byteCount
        where offset == query.byteCount || query[offset] == 0x26 {
            if isCredentialParameter(query, start..<offset) { return true }
            start = offset + 1
        }
        return false
    }

    private static func isCredentialParameter(_ query: RawSpan, _ range: Range<Int>) -> Bool {
        let end = range.first { query[$0] == 0x3D } ?? range.upperBound
        let names = query.isOneOfCredentialNames(range.lowerBound..<end)
        let prefixLength = KeyText.prefix.utf8.count
        let value = min(end + 1, range.upperBound)..<range.upperBound
        guard !names && value.count >= prefixLength else { return names }
        return query.equalsFolded("mcpk_", in: value.lowerBound..<value.lowerBound + prefixLength)
    }

    /// `Bearer`, at least one space, and the credential to the end.
    private static func bearerRange(_ value: RawSpan) -> Range<Int>? {
        guard value.byteCount > 7, value.equalsFolded("bearer", in: 0..<6),
            value[6] == ASCII.space
        else { return nil }
        var start = 7
        while start < value.byteCount, value[start] == ASCII.space { start += 1 }
        let range = start..<value.byteCount
        return isCredential(value, range) ? range : nil
    }

    private static func isCredential(_ bytes: RawSpan, _ range: Range<Int>) -> Bool {
        (1...credentialBytesMax).contains(range.count)
            && range.allSatisfy { ASCII.isVisible(bytes[$0]) }
    }
}

extension RawSpan {
    fileprivate func isOneOfCredentialNames(_ range: Range<Int>) -> Bool {
        equalsFolded("api_key", in: range) || equalsFolded("apikey", in: range)
            || equalsFolded("api-key", in: range) || equalsFolded("x-api-key", in: range)
            || equalsFolded("key", in: range) || equalsFolded("token", in: range)
            || equalsFolded("access_token", in: range)
            || equalsFolded("authorization", in: range)
    }
}
