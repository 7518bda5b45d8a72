import Crypto
package import Policy

/// Whom a signed access token stands for.
package struct TokenPrincipal: Equatable, Sendable {
    /// What limits, sessions and records are keyed by; the same for every token of one subject.
    ///
    /// `~` and fourteen characters of base62 (83 bits) of a digest of issuer and subject: never the
    /// id of a key, and short enough to be copied without a count.
    package let id: KeyID
    /// The token's `sub`: 1…255 characters of visible ASCII.
    package let subject: String
    /// Which of `TokenRules.scopes` the token has, by position; none means that it may do nothing.
    package let scopeIndices: [Int]
    /// When the token stops working, the skew of clocks included.
    package let validUntil: Timestamp

    init(_ claims: TokenClaims, rules: TokenRules) {
        id = Self.id(issuer: rules.issuer, subject: claims.subject)
        subject = claims.subject
        scopeIndices = rules.scopes.indices.filter { index in
            claims.scopes.contains { $0.hasSameBytes(as: rules.scopes[index].scope) }
        }
        validUntil = claims.validUntil
    }

    /// The caller as guards and limits know it: what its scopes open, until the token ends.
    package func identity(under access: TokenAccess) -> KeyIdentity {
        KeyIdentity(
            id: id,
            validUntil: validUntil,
            access: access.access(ofScopesAt: scopeIndices)
        )
    }

    private static let alphabet = Array(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8
    )
    private static let digitCount = 14

    /// The length of the issuer goes in first, so that no two pairs give the same bytes.
    static func id(issuer: String, subject: String) -> KeyID {
        var hash = SHA256()
        hash.update(data: Array("\(issuer.utf8.count):".utf8))
        hash.update(data: Array(issuer.utf8))
        hash.update(data: Array(subject.utf8))
        var rest = hash.finalize().prefix(16).reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
        var text = [UInt8(ascii: "~")]
        for _ in 0..<digitCount {
            text.append(alphabet[Int(rest % 62)])
            rest /= 62
        }
        return KeyID(String(decoding: text, as: UTF8.self))
    }
}
