package import Policy

/// Why a signed access token is not accepted.
///
/// For records only: the client hears `invalid_token` of every one of them.
package enum TokenProblem: String, Error, Sendable, CaseIterable {
    /// More than `CompactToken.bytesMax` bytes.
    case tooLarge = "too_large"
    /// Not three parts of canonical base64url.
    case notCompact = "not_compact"
    /// The header is no JSON object that every reader understands alike.
    case headerUnreadable = "header_unreadable"
    /// The header brings keys, addresses of keys or extensions of its own.
    case headerRefused = "header_refused"
    /// `typ` is for something else than an access token.
    case typeRefused = "type_refused"
    /// `alg` is missing, `none`, symmetric or unknown.
    case algorithmRefused = "algorithm_refused"
    /// No key of the issuer has this id and fits this algorithm.
    case keyUnknown = "key_unknown"
    case signatureInvalid = "signature_invalid"
    /// The payload is no JSON object that every reader understands alike.
    case claimsUnreadable = "claims_unreadable"
    /// `sub` is missing, empty, longer than 255 bytes or not visible ASCII.
    case subjectUnreadable = "subject_unreadable"
    case issuerWrong = "issuer_wrong"
    case audienceWrong = "audience_wrong"
    /// `exp` is missing, or a moment of the token is no number between the years 1970 and 9999.
    case momentUnreadable = "moment_unreadable"
    case expired
    /// `nbf` or `iat` lies in the future.
    case notYetValid = "not_yet_valid"
    /// `scope` or `scp` is no list of scopes.
    case scopeUnreadable = "scope_unreadable"

    /// The reason that records carry.
    package var reason: ReasonCode {
        switch self {
        case .expired: .tokenExpired
        case .notYetValid: .tokenNotYetValid
        case .issuerWrong, .audienceWrong: .tokenMisdirected
        case .algorithmRefused, .headerRefused, .keyUnknown, .signatureInvalid: .tokenForged
        default: .tokenMalformed
        }
    }
}
