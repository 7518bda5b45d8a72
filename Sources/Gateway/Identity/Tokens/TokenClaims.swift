import MCP
import Policy

/// What a token whose signature is good says, held against the policy.
struct TokenClaims: Equatable, Sendable {
    private static let depthMax = 16
    private static let subjectBytesMax = 255
    private static let audienceCountMax = 64
    private static let scopeCountMax = 256
    /// 9999-12-31T23:59:59Z.
    private static let secondsMax: Int64 = 253_402_300_799

    let subject: String
    let scopes: [String]
    /// `exp` with the skew of clocks that the policy allows.
    let validUntil: Timestamp

    init(
        _ payload: [UInt8],
        rules: TokenRules,
        at now: Timestamp
    ) throws(TokenProblem) {
        let limits = MessageLimits(depthMax: Self.depthMax)
        guard let claims = try? JSONValue.parse(payload, limits: limits), claims.members != nil
        else { throw .claimsUnreadable }
        guard claims["iss"]?.string?.hasSameBytes(as: rules.issuer) == true else {
            throw .issuerWrong
        }
        guard Self.isAudience(claims["aud"], rules.audience) else { throw .audienceWrong }
        validUntil = try Self.end(of: claims, skewSeconds: rules.clockSkewSeconds, at: now)
        guard let subject = claims["sub"]?.string,
            (1...Self.subjectBytesMax).contains(subject.utf8.count),
            subject.utf8.allSatisfy(ASCII.isVisible)
        else { throw .subjectUnreadable }
        self.subject = subject
        scopes = try Self.scopes(of: claims)
    }

    /// A string, or an array of nothing but strings, of which one is the audience.
    private static func isAudience(_ claim: JSONValue?, _ audience: String) -> Bool {
        switch claim {
        case .string(let name):
            return name.hasSameBytes(as: audience)
        case .array(let elements):
            let names = elements.compactMap(\.string)
            return names.count == elements.count && names.count <= audienceCountMax
                && names.contains { $0.hasSameBytes(as: audience) }
        default:
            return false
        }
    }

    // MARK: Time

    private static func end(
        of claims: JSONValue,
        skewSeconds: Int64,
        at now: Timestamp
    ) throws(TokenProblem) -> Timestamp {
        guard let expiry = try moment(claims["exp"]) else { throw .momentUnreadable }
        let end = expiry.advanced(bySeconds: skewSeconds)
        guard now < end else { throw .expired }
        let latest = now.advanced(bySeconds: skewSeconds)
        for claim in ["nbf", "iat"] {
            guard let start = try moment(claims[claim]), start > latest else { continue }
            throw .notYetValid
        }
        return end
    }

    /// Seconds since 1970, perhaps with a fraction; nil when there is no claim.
    private static func moment(_ claim: JSONValue?) throws(TokenProblem) -> Timestamp? {
        switch claim {
        case nil:
            return nil
        case .integer(let seconds) where (0...secondsMax).contains(seconds):
            return Timestamp(millisecondsSince1970: seconds * 1000)
        case .number(let seconds) where seconds >= 0 && seconds <= Double(secondsMax):
            return Timestamp(millisecondsSince1970: Int64((seconds * 1000).rounded(.down)))
        default:
            throw .momentUnreadable
        }
    }

    // MARK: Scopes

    /// `scope` of RFC 8693 as text with spaces; where there is none `scp`, as text or array.
    private static func scopes(of claims: JSONValue) throws(TokenProblem) -> [String] {
        let scopes: [String]
        switch claims["scope"] ?? claims["scp"] {
        case nil:
            scopes = []
        case .string(let text):
            scopes = text.utf8.split(separator: ASCII.space).map { String(Substring($0)) }
        case .array(let elements) where claims["scope"] == nil:
            scopes = elements.compactMap(\.string)
            guard scopes.count == elements.count else { throw .scopeUnreadable }
        default:
            throw .scopeUnreadable
        }
        guard scopes.count <= scopeCountMax else { throw .scopeUnreadable }
        return scopes
    }
}
