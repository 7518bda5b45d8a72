import NIOCore
import NIOPosix
import Policy
import Testing

@testable import Gateway

@Suite struct PasswordVerifierTests {
    private let loop = MultiThreadedEventLoopGroup.singleton.any()
    private let now = MonotonicTime(nanoseconds: 0)
    private let client = ClientAddress(.v4(1))

    private func secret(_ password: String) throws -> KeySecret {
        let hash = try PasswordHash.make(password: Secret(password), cost: 14)
        return KeySecret(
            digest: hash.digest,
            created: Timestamp(millisecondsSince1970: 0),
            derivation: hash.derivation
        )
    }

    private func verdict(
        _ password: String,
        against candidates: [KeySecret],
        by verifier: PasswordVerifier
    ) async throws -> PasswordVerdict? {
        let prospect = verifier.verify(
            Array(password.utf8),
            against: candidates,
            from: client,
            at: now,
            on: loop
        )
        switch prospect {
        case .known(let verdict): return verdict
        case .pending(let future): return try await future.get()
        case .busy: return nil
        }
    }

    @Test func `derives what RFC 7914 says, as another implementation computes it`() {
        let derivation = PasswordDerivation(salt: "536f6469756d43686c6f72696465ff00", cost: 14)
        #expect(
            PasswordHash.digest(of: Array("pleaseletmein".utf8), derivation)?.description
                == "5e678c5255e79e7db8df95a88bd8cd1ab065702480cfbccd042feebd031434af"
        )
    }

    @Test func `two hashes of one password share neither salt nor digest`() throws {
        let (first, second) = (try secret("one"), try secret("one"))
        #expect(first.derivation?.salt != second.derivation?.salt)
        #expect(first.digest != second.digest)
        #expect(first.derivation?.salt.utf8.count == 32)
    }

    @Test(arguments: [
        "", "00", "zz6f6469756d43686c6f72696465ff00", "é36f6469756d43686c6f72696465ff0",
    ])
    func `a salt that is none derives nothing`(salt: String) {
        let derivation = PasswordDerivation(salt: salt, cost: 14)
        #expect(PasswordHash.digest(of: [1], derivation) == nil)
    }

    @Test func `says whose password it is, and that a wrong one is nobody's`() async throws {
        let verifier = PasswordVerifier(threadCount: 1)
        let candidates = [try secret("new horse"), try secret("old horse")]
        for _ in 0..<2 {
            #expect(
                try await verdict("new horse", against: candidates, by: verifier) == .matches(0)
            )
            #expect(
                try await verdict("old horse", against: candidates, by: verifier) == .matches(1)
            )
            #expect(try await verdict("no horse", against: candidates, by: verifier) == .wrong)
        }
        await verifier.close()
    }

    @Test func `unknown users, empty passwords and plain digests are refused alike`() async throws {
        let verifier = PasswordVerifier(threadCount: 1)
        var plain = try secret("horse")
        plain.derivation = nil
        #expect(try await verdict("horse", against: [], by: verifier) == .wrong)
        #expect(try await verdict("horse", against: [plain], by: verifier) == .wrong)
        #expect(try await verdict("", against: [try secret("horse")], by: verifier) == .wrong)
        #expect(try await verdict("\0", against: [], by: verifier) == .wrong)
        await verifier.close()
    }

    @Test func `a password that was changed is not known from before`() async throws {
        let verifier = PasswordVerifier(threadCount: 1)
        #expect(try await verdict("a", against: [try secret("a")], by: verifier) == .matches(0))
        #expect(try await verdict("a", against: [try secret("b")], by: verifier) == .wrong)
        await verifier.close()
    }

    @Test func `one address cannot have all the room`() async throws {
        let verifier = PasswordVerifier(threadCount: 1)
        let prospects = (0..<9).map { number in
            verifier.verify([UInt8(number), 65], against: [], from: client, at: now, on: loop)
        }
        guard case .busy = prospects[8] else {
            Issue.record("the ninth password of one address was taken")
            return
        }
        let other = ClientAddress(.v4(2))
        let prospect = verifier.verify([65], against: [], from: other, at: now, on: loop)
        guard case .pending = prospect else {
            Issue.record("the first password of another address was not taken")
            return
        }
        await verifier.close()
        for case .pending(let future) in prospects + [prospect] { _ = try await future.get() }
    }
}
