import Crypto
import MCP
package import NIOCore
import NIOPosix
package import Policy

/// What became of a password.
package enum PasswordVerdict: Equatable, Sendable {
    /// It is that of the candidate at this position.
    case matches(Int)
    /// It is nobody's.
    case wrong
    /// 503: there was not enough memory, or the gateway is ending.
    case unavailable
}

/// Judges passwords: a few at a time, off the event loops.
///
/// A user who does not exist costs as much as one with one secret of the usual cost. A verdict is remembered for 60 seconds
/// under a digest that is keyed by a secret of this process, so that memory holds nothing that
/// could be guessed at faster than the stored digest.
package final class PasswordVerifier: Sendable {
    typealias Desk = VerdictDesk<PasswordQuestion, PasswordVerdict>

    private static let rememberedSeconds: Int64 = 60

    private let key = SymmetricKey(size: .bits256)
    private let decoy: KeySecret
    private let threads: NIOThreadPool
    private let desk: Desk

    /// - Parameter threadCount: Derivations at the same time, each of which takes 32 MiB at the
    ///   usual cost.
    init(threadCount: Int) {
        let threads = NIOThreadPool(numberOfThreads: max(1, threadCount))
        threads.start()
        self.threads = threads
        var generator = SystemRandomNumberGenerator()
        func word() -> UInt64 { generator.next() }
        decoy = KeySecret(
            digest: SecretDigest(words: (word(), word(), word(), word())),
            created: Timestamp(millisecondsSince1970: 0),
            derivation: PasswordDerivation(salt: PasswordHash.salt(from: &generator))
        )
        let bounds = Desk.Bounds(openMax: 64, openPerAskerMax: 8, rememberedMax: 4096)
        desk = Desk(bounds) { question in
            let verdict = try? await threads.runIfActive { question.verdict() }
            return Answered(
                verdict: verdict ?? .unavailable,
                isGood: verdict.map { $0.isMatch } ?? false,
                seconds: verdict == nil || verdict == .unavailable ? 0 : Self.rememberedSeconds
            )
        }
    }

    /// Judges a password against the secrets that its user may have.
    ///
    /// - Parameters:
    ///   - password: Its bytes; an empty one is nobody's.
    ///   - candidates: The secrets of the user; empty for a user who does not exist. Those beyond
    ///     `PolicyBounds.secretsPerKeyMax` and those without a derivation are nobody's.
    ///   - client: Who sent it, for its share of the work.
    ///   - now: The loop's monotonic clock.
    ///   - eventLoop: Where a pending verdict arrives.
    /// - Returns: The position of the candidate whose password it is, now or later.
    package func verify(
        _ password: [UInt8],
        against candidates: [KeySecret],
        from client: ClientAddress,
        at now: MonotonicTime,
        on eventLoop: any EventLoop
    ) -> Prospect<PasswordVerdict> {
        let known = candidates.prefix(PolicyBounds.secretsPerKeyMax)
        let question = PasswordQuestion(
            password: password,
            candidates: known.contains { $0.derivation != nil } ? Array(known) : [decoy]
        )
        return desk.ask(digest(of: question), from: client, at: now, on: eventLoop) { question }
    }

    /// Returns when the last password is judged; the event loops of those who wait must still run.
    func close() async {
        async let closing: Void = desk.close()
        await closing
        try? await threads.shutdownGracefully()
    }

    /// Of the password and of all that decides on it, each part with its length.
    private func digest(of question: PasswordQuestion) -> SecretDigest {
        var code = HMAC<SHA256>(key: key)
        func update(_ part: [UInt8]) {
            withUnsafeBytes(of: UInt64(part.count)) { code.update(data: $0) }
            code.update(data: part)
        }
        update(question.password)
        for candidate in question.candidates {
            update(Array((candidate.derivation?.salt ?? "").utf8))
            update([UInt8(clamping: candidate.derivation?.cost ?? 0)])
            update(Array(candidate.digest.description.utf8))
        }
        return SecretDigest(code.finalize())
    }
}

extension PasswordVerdict {
    fileprivate var isMatch: Bool {
        if case .matches = self { true } else { false }
    }
}

/// A password to be judged, with all that decides on it.
struct PasswordQuestion: Sendable {
    var password: [UInt8]
    var candidates: [KeySecret]

    /// Tries every candidate, even after one has matched.
    func verdict() -> PasswordVerdict {
        var verdict = PasswordVerdict.wrong
        for (index, candidate) in candidates.enumerated() {
            guard let derivation = candidate.derivation else { continue }
            guard let digest = PasswordHash.digest(of: password, derivation) else {
                return .unavailable
            }
            if digest == candidate.digest, !password.isEmpty { verdict = .matches(index) }
        }
        return verdict
    }
}
