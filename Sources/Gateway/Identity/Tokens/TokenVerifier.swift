import Crypto
import MCP
package import NIOCore
package import Policy
import Synchronization

/// What became of a signed access token.
package enum TokenVerdict: Equatable, Sendable {
    case verified(TokenPrincipal)
    /// 401; the problem is for records only.
    case refused(TokenProblem)
    /// 503: the issuer's keys could not be fetched so far.
    case unavailable
}

/// Judges access tokens by the rules of one policy.
///
/// One for all event loops; a policy with other rules gets another one, so that nothing that was
/// decided by the old rules counts under the new ones.
package final class TokenVerifier: Sendable {
    typealias Desk = VerdictDesk<TokenQuestion, TokenVerdict>

    package let rules: TokenRules
    private let serial: UInt64
    private let source: KeySetSource
    private let desk: Desk

    /// - Parameters:
    ///   - rules: Whose tokens are accepted.
    ///   - serial: Differs from that of every other verifier at the same desk.
    ///   - source: The keys of the issuer.
    ///   - desk: Where tokens are judged, off the event loops.
    init(_ rules: TokenRules, serial: UInt64, source: KeySetSource, desk: Desk) {
        self.rules = rules
        self.serial = serial
        self.source = source
        self.desk = desk
    }

    static func makeDesk() -> Desk {
        Desk(Desk.Bounds(openMax: 256, openPerAskerMax: 64, rememberedMax: 4096)) { question in
            let verdict = await question.verdict()
            return Answered(
                verdict: verdict,
                isGood: verdict.isVerified,
                seconds: verdict.rememberedSeconds(at: question.asked)
            )
        }
    }

    /// Judges the token that stands in `range` of a request's bytes.
    ///
    /// A verified token is remembered for 60 seconds at most, and never longer than it is valid.
    ///
    /// - Parameters:
    ///   - range: The token, without the scheme before it.
    ///   - bytes: What the range is of.
    ///   - client: Who sent it, for its share of the work.
    ///   - now: The loop's monotonic clock.
    ///   - wallNow: The loop's wall clock.
    ///   - eventLoop: Where a pending verdict arrives.
    /// - Returns: Whom the token stands for, now or later.
    package func verify(
        _ range: Range<Int>,
        of bytes: RawSpan,
        from client: ClientAddress,
        at now: MonotonicTime,
        wallNow: Timestamp,
        on eventLoop: any EventLoop
    ) -> Prospect<TokenVerdict> {
        guard range.count <= CompactToken.bytesMax else { return .known(.refused(.tooLarge)) }
        let prospect = desk.ask(
            digest(of: range, in: bytes),
            from: client,
            at: now,
            on: eventLoop
        ) {
            TokenQuestion(
                token: bytes.copy(of: range),
                rules: rules,
                source: source,
                asked: wallNow
            )
        }
        if case .known(.verified(let principal)) = prospect, wallNow >= principal.validUntil {
            return .known(.refused(.expired))
        }
        return prospect
    }

    /// Of the token, the rules and the keys: a change of any of them is another question.
    private func digest(of range: Range<Int>, in bytes: RawSpan) -> SecretDigest {
        var hash = SHA256()
        for number in [serial, source.epoch.load(ordering: .acquiring)] {
            withUnsafeBytes(of: number) { hash.update(bufferPointer: $0) }
        }
        bytes.extracting(range).withUnsafeBytes { hash.update(bufferPointer: $0) }
        return SecretDigest(hash.finalize())
    }
}

extension TokenVerdict {
    private static let goodSecondsMax: Int64 = 60
    private static let badSeconds: Int64 = 10

    var isVerified: Bool {
        if case .verified = self { true } else { false }
    }

    /// For how long it may be given again; never beyond the end of the token.
    fileprivate func rememberedSeconds(at now: Timestamp) -> Int64 {
        switch self {
        case .verified(let principal):
            let left = principal.validUntil.millisecondsSince1970 - now.millisecondsSince1970
            return min(max(left / 1000, 0), Self.goodSecondsMax)
        case .refused(.notYetValid), .unavailable: return 1
        case .refused: return Self.badSeconds
        }
    }
}

/// A token to be judged, with all that decides on it.
struct TokenQuestion: Sendable {
    var token: [UInt8]
    var rules: TokenRules
    var source: KeySetSource
    var asked: Timestamp

    func verdict() async -> TokenVerdict {
        do throws(TokenProblem) {
            let token = try CompactToken(token)
            switch await source.key(named: token.keyID, for: token.algorithm) {
            case .unavailable: return .unavailable
            case .unknown: return .refused(.keyUnknown)
            case .found(let key): return .verified(try principal(of: token, signedBy: key))
            }
        } catch {
            return .refused(error)
        }
    }

    /// Nothing of the payload is read before the signature is good.
    private func principal(
        of token: CompactToken,
        signedBy key: VerificationKey
    ) throws(TokenProblem) -> TokenPrincipal {
        guard key.isValid(token.signature, over: token.signedBytes) else {
            throw .signatureInvalid
        }
        return TokenPrincipal(
            try TokenClaims(token.payload, rules: rules, at: asked),
            rules: rules
        )
    }
}
