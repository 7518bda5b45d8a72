import MCP

/// Finding the one credential of a request.
extension KeyGuard {
    /// The longest API key or bearer secret that is looked at, in bytes.
    package static let credentialBytesMax = 512
    /// The longest signed access token that is looked at, in bytes.
    package static let tokenBytesMax = 16_384

    /// Where a secret was shown.
    package enum Place: Sendable {
        /// In `X-API-Key`.
        case apiKeyField
        /// In `Authorization`, as a bearer token.
        case authorization
    }

    /// The one credential of a request, by the offsets of its bytes, a scheme before it excluded.
    package enum Credential: Equatable, Sendable {
        case missing
        /// A secret whose digest is to be looked up.
        case key(Range<Int>, shownIn: Place)
        /// What looks like a signed access token, where the policy accepts such tokens.
        case token(Range<Int>)
        /// What `BasicCredentials` decodes.
        case password(Range<Int>)
        /// Several, or one that cannot be read: treated as wrong.
        case unreadable
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
    ///   - acceptsTokens: Whether three parts of base64url with dots between them are a signed
    ///     access token; otherwise they are a secret like any other.
    ///   - bytes: The head that the values stand in.
    /// - Returns: Where the credential's own bytes stand, or that there is none to read.
    package static func credential(
        apiKey: Range<Int>?,
        apiKeyCount: Int,
        authorization: Range<Int>?,
        authorizationCount: Int,
        acceptsTokens: Bool,
        in bytes: RawSpan
    ) -> Credential {
        switch (apiKeyCount, authorizationCount) {
        case (0, 0): return .missing
        case (1, 0):
            guard let apiKey, isSecret(apiKey, of: bytes) else { return .unreadable }
            return .key(apiKey, shownIn: .apiKeyField)
        case (0, 1):
            guard let authorization else { return .unreadable }
            return credential(in: authorization, of: bytes, acceptsTokens: acceptsTokens)
        default: return .unreadable
        }
    }

    private static func credential(
        in authorization: Range<Int>,
        of bytes: RawSpan,
        acceptsTokens: Bool
    ) -> Credential {
        if let secret = parameter(of: "bearer ", in: authorization, of: bytes) {
            if acceptsTokens, isToken(secret, of: bytes) { return .token(secret) }
            return isSecret(secret, of: bytes)
                ? .key(secret, shownIn: .authorization) : .unreadable
        }
        if let password = parameter(of: "basic ", in: authorization, of: bytes),
            (1...BasicCredentials.encodedBytesMax).contains(password.count),
            bytes.isVisible(in: password)
        {
            return .password(password)
        }
        return .unreadable
    }

    /// What follows a scheme, in any case, and at least one space, to the end.
    private static func parameter(
        of scheme: StaticString,
        in value: Range<Int>,
        of bytes: RawSpan
    ) -> Range<Int>? {
        let length = scheme.utf8CodeUnitCount
        guard bytes.equalsFolded(scheme, in: value.prefix(length)) else { return nil }
        var start = value.lowerBound + length
        while start < value.upperBound, bytes[start] == ASCII.space { start += 1 }
        return start..<value.upperBound
    }

    private static func isSecret(_ range: Range<Int>, of bytes: RawSpan) -> Bool {
        (1...credentialBytesMax).contains(range.count) && bytes.isVisible(in: range)
    }

    /// The compact form of RFC 7515: three parts of base64url, none of them empty.
    private static func isToken(_ range: Range<Int>, of bytes: RawSpan) -> Bool {
        guard range.count <= tokenBytesMax else { return false }
        var dots = 0
        var partCount = 0
        for offset in range {
            let byte = bytes[offset]
            if byte == UInt8(ascii: ".") {
                guard partCount > 0 else { return false }
                dots += 1
                partCount = 0
            } else {
                guard
                    byte.isASCIIAlphanumeric || byte == UInt8(ascii: "-")
                        || byte == UInt8(ascii: "_")
                else { return false }
                partCount += 1
            }
        }
        return dots == 2 && partCount > 0
    }
}
