import Testing

@testable import Policy

@Suite struct BytesLedgerTests {
    private static let start = MonotonicTime(nanoseconds: 1_000_000_000_000)

    private let ledger = BytesLedger()
    private let alice = UsageLedger.Subject.key(KeyID("alice"))

    private func time(_ seconds: Int64) -> MonotonicTime {
        Self.start.advanced(bySeconds: seconds)
    }

    private func charge(_ bytes: Int, to subject: UsageLedger.Subject? = nil, at seconds: Int64 = 0)
    {
        ledger.charge(bytes, to: subject ?? alice, bytesPerMinute: 6000, at: time(seconds))
    }

    private func denial(_ subject: UsageLedger.Subject? = nil, at seconds: Int64 = 0) -> CallDenial?
    {
        ledger.ruling(on: subject ?? alice, bytesPerMinute: 6000, at: time(seconds)).denial
    }

    @Test func `allows until the minute's bytes are used up`() {
        charge(5999)
        #expect(denial() == nil)
        charge(1)
        let refused = denial()
        #expect(refused?.code == .bytesLimited)
        #expect(refused?.status == 429)
        #expect(refused?.retryAfterSeconds == 1)
        #expect(denial(.key(KeyID("bob"))) == nil)
    }

    @Test func `a debt is paid before the next request`() {
        charge(12_000)
        #expect(denial()?.retryAfterSeconds == 61)
        #expect(denial(at: 60)?.retryAfterSeconds == 1)
        #expect(denial(at: 61) == nil)
    }

    @Test func `no debt lasts longer than ten minutes`() {
        charge(.max)
        charge(.max)
        #expect(denial()?.retryAfterSeconds == 601)
        #expect(denial(at: 601) == nil)
    }

    @Test func `asking often gives nothing and costs nothing`() {
        charge(6000)
        for step in Int64(0)..<9 {
            let now = MonotonicTime(nanoseconds: Self.start.nanoseconds + step * 1_000_001)
            #expect(!ledger.ruling(on: alice, bytesPerMinute: 6000, at: now).isAllowed)
            ledger.charge(1, to: alice, bytesPerMinute: 6000, at: now)
        }
        // 6,009 bytes less the 100 that a second gives back.
        #expect(denial(at: 1) == nil)
        charge(90, at: 1)
        #expect(denial(at: 1) == nil)
        charge(1, at: 1)
        #expect(denial(at: 1) != nil)
    }

    @Test func `without a limit nothing is remembered`() {
        ledger.charge(1_000_000, to: alice, bytesPerMinute: 0, at: time(0))
        #expect(denial() == nil)
        charge(12_000)
        #expect(ledger.ruling(on: alice, bytesPerMinute: 0, at: time(0)).isAllowed)
    }

    @Test func `a policy edit to a lower rate makes no longer debt than any may be`() {
        charge(60_000)
        let refused = ledger.ruling(on: alice, bytesPerMinute: 60, at: time(0)).denial
        #expect(refused?.retryAfterSeconds == 601)
    }

    @Test func `a policy edit keeps what was used`() {
        charge(6000)
        #expect(!ledger.ruling(on: alice, bytesPerMinute: 600, at: time(0)).isAllowed)
        #expect(ledger.ruling(on: alice, bytesPerMinute: 60_000, at: time(0)).isAllowed)
    }

    @Test func `counts anonymous callers by address and IPv6 network`() throws {
        charge(6000, to: .address(try client("2001:db8::1")))
        #expect(denial(.address(try client("2001:db8::2"))) != nil)
        #expect(denial(.address(try client("2001:db8:0:1::1"))) == nil)
        charge(6000, to: .address(try client("203.0.113.9")))
        #expect(denial(.address(try client("::ffff:203.0.113.9"))) != nil)
    }

    @Test(arguments: [1, 7, 59_999_999_999, Int64.max])
    func `no rate of bytes overflows`(bytesPerMinute: Int64) {
        for seconds in [Int64(0), 1, 9_000_000_000] {
            let now = time(seconds)
            ledger.charge(.max, to: alice, bytesPerMinute: bytesPerMinute, at: now)
            _ = ledger.ruling(on: alice, bytesPerMinute: bytesPerMinute, at: now)
        }
        #expect(ledger.ruling(on: .key(KeyID("bob")), bytesPerMinute: 1, at: time(0)).isAllowed)
    }
}
