import Testing

@testable import Policy

@Suite struct RateGuardTests {
    private func verdict(
        isAllowed: Bool,
        retryAfter: Int64?,
        isBlocked: Bool = false
    ) -> LimitVerdict {
        var verdict = LimitVerdict(
            isAllowed: isAllowed,
            limit: 60,
            remaining: 0,
            resetSeconds: 60,
            retryAfterSeconds: retryAfter,
            isNewBlock: false
        )
        verdict.isBlocked = isBlocked
        return verdict
    }

    @Test(arguments: [(Int64(-5), Int64(1)), (0, 1), (1, 1), (60, 60)])
    func `never asks to wait for less than a second`(seconds: Int64, told: Int64) throws {
        let address = UsageLedger.Subject.address(try client("192.0.2.7"))
        let spent = RateGuard.ruling(
            on: verdict(isAllowed: false, retryAfter: seconds),
            of: address
        )
        let blocked = RateGuard.ruling(
            on: verdict(isAllowed: false, retryAfter: seconds, isBlocked: true),
            of: address
        )
        #expect(spent.denial?.retryAfterSeconds == told)
        #expect(blocked.denial?.retryAfterSeconds == told)
    }

    @Test func `names address and key by codes of their own`() throws {
        let address = UsageLedger.Subject.address(try client("192.0.2.7"))
        let key = UsageLedger.Subject.key(KeyID("abcd1234"))
        let spent = verdict(isAllowed: false, retryAfter: nil)
        let standing = verdict(isAllowed: false, retryAfter: 3, isBlocked: true)
        #expect(RateGuard.ruling(on: spent, of: address).denial?.code == .addressRateLimited)
        #expect(RateGuard.ruling(on: spent, of: key).denial?.code == .keyRateLimited)
        #expect(RateGuard.ruling(on: standing, of: address).denial?.code == .addressBlocked)
        #expect(RateGuard.ruling(on: standing, of: key).denial?.code == .keyBlocked)
        #expect(RateGuard.ruling(on: standing, of: key).denial?.status == 429)
    }

    @Test func `lets what is within the limit pass`() throws {
        let address = UsageLedger.Subject.address(try client("192.0.2.7"))
        #expect(
            RateGuard.ruling(on: verdict(isAllowed: true, retryAfter: nil), of: address).isAllowed
        )
    }

    /// The limit counts clients; none of these makes a new one.
    @Test(arguments: [
        ("mapped address", "::ffff:192.0.2.7", "192.0.2.7"),
        ("next host of the /64", "2001:db8::1", "2001:db8::2"),
        ("far host of the /64", "2001:db8::1", "2001:db8::ffff:ffff:ffff:ffff"),
        ("IPv6 at length", "2001:db8::1", "2001:0db8:0000:0000:0000:0000:0000:0001"),
    ])
    func `is not evaded by`(name: String, first: String, second: String) throws {
        let ledger = UsageLedger()
        let rule = RateRule(requestsPerMinute: 1, burst: 1)
        let now = MonotonicTime(nanoseconds: 0)
        func isAllowed(_ text: String) throws -> Bool {
            ledger.spend(.address(try client(text)), rule: rule, blockSeconds: 0, at: now).isAllowed
        }
        #expect(try isAllowed(first))
        #expect(try !isAllowed(second), "\(name)")
    }
}
