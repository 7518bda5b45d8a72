import Policy
import Testing

@Suite struct UsageLedgerRestoreTests {
    private let start = MonotonicTime(nanoseconds: 5_000_000_000)
    private let rule = RateRule(requestsPerMinute: 60, burst: 1)

    private func block(_ subject: String, isKey: Bool = false, seconds: Int64) -> ActiveBlock {
        ActiveBlock(
            subject: subject,
            isKey: isKey,
            reason: isKey ? .keyRateLimited : .addressRateLimited,
            remainingSeconds: seconds,
            elapsedSeconds: 7,
            refusals: 41
        )
    }

    @Test func `what a ledger lists, another takes back`() {
        let ledger = UsageLedger()
        let blocks = [
            block("abcd1234", isKey: true, seconds: 90), block("192.0.2.7", seconds: 60),
            block("2001:db8:0:1::/64", seconds: 30),
        ]
        ledger.restore(blocks, at: start)
        #expect(ledger.blocks(at: start) == blocks)
    }

    @Test func `a restored block refuses until it ends and is then forgotten`() {
        let ledger = UsageLedger()
        let client = UsageLedger.Subject.address(ClientAddress(.v4(0xC000_0207)))
        ledger.restore([block("192.0.2.7", seconds: 60)], at: start)
        #expect(ledger.standing(of: client, at: start)?.retryAfterSeconds == 60)
        let end = start.advanced(bySeconds: 60)
        #expect(ledger.spend(client, rule: rule, blockSeconds: 60, at: end).isAllowed)
    }

    @Test func `a block that began since is left as it is`() {
        let ledger = UsageLedger()
        let client = UsageLedger.Subject.address(ClientAddress(.v4(0xC000_0207)))
        for _ in 0..<2 { _ = ledger.spend(client, rule: rule, blockSeconds: 10, at: start) }
        ledger.restore([block("192.0.2.7", seconds: 600)], at: start)
        #expect(ledger.blocks(at: start).map(\.remainingSeconds) == [10])
    }

    @Test(arguments: [
        ("no time left", "192.0.2.7", Int64(0)), ("time before the clock", "192.0.2.7", .min),
        ("no address", "somebody", 60), ("nothing", "", 60),
    ])
    func `what is no block is left out`(name: String, subject: String, seconds: Int64) {
        let ledger = UsageLedger()
        ledger.restore([block(subject, seconds: seconds)], at: start)
        #expect(ledger.blocks(at: start).isEmpty)
    }

    @Test func `no block is longer than a policy allows`() {
        let ledger = UsageLedger()
        ledger.restore([block("192.0.2.7", seconds: .max)], at: start)
        #expect(ledger.blocks(at: start).map(\.remainingSeconds) == [PolicyBounds.blockSecondsMax])
    }
}
