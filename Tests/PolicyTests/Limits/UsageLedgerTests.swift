import Testing

@testable import Policy

@Suite struct UsageLedgerTests {
    private let start = MonotonicTime(nanoseconds: 1_000_000_000_000)
    private let rule = RateRule(requestsPerMinute: 60, burst: 3)

    private func spend(
        _ ledger: UsageLedger,
        _ subject: UsageLedger.Subject,
        block: Int64 = 60,
        after seconds: Int64 = 0
    ) -> LimitVerdict {
        ledger.spend(
            subject,
            rule: rule,
            blockSeconds: block,
            at: start.advanced(bySeconds: seconds)
        )
    }

    /// Spends until a block begins.
    private func block(_ ledger: UsageLedger, _ subject: UsageLedger.Subject, after: Int64 = 0) {
        for _ in 0..<4 { _ = spend(ledger, subject, after: after) }
    }

    private func address(_ number: UInt32) -> UsageLedger.Subject {
        .address(ClientAddress(.v4(number)))
    }

    private func network(_ number: UInt64) -> UsageLedger.Subject {
        .address(ClientAddress(.v6(number, 7)))
    }

    @Test func `blocks a violator for as long as the rule says and counts its refusals`() {
        let ledger = UsageLedger()
        for _ in 0..<3 { #expect(spend(ledger, address(1)).isAllowed) }
        let violation = spend(ledger, address(1))
        #expect(!violation.isAllowed)
        #expect(violation.isNewBlock)
        #expect(violation.retryAfterSeconds == 60)
        let again = spend(ledger, address(1), after: 10)
        #expect(!again.isAllowed)
        #expect(!again.isNewBlock)
        #expect(again.retryAfterSeconds == 50)
        #expect(
            ledger.standing(of: address(1), at: start.advanced(bySeconds: 59))
                == BlockStanding(retryAfterSeconds: 1)
        )
        let blocks = ledger.blocks(at: start.advanced(bySeconds: 59))
        #expect(
            blocks == [
                ActiveBlock(
                    subject: "0.0.0.1",
                    isKey: false,
                    reason: .addressRateLimited,
                    remainingSeconds: 1,
                    elapsedSeconds: 59,
                    refusals: 3
                )
            ]
        )
        #expect(ledger.standing(of: address(1), at: start.advanced(bySeconds: 60)) == nil)
        #expect(spend(ledger, address(1), after: 60).isAllowed)
        #expect(ledger.blocks(at: start.advanced(bySeconds: 60)).isEmpty)
    }

    @Test func `refuses without a block when blocks last zero seconds`() {
        let ledger = UsageLedger()
        for _ in 0..<3 { _ = spend(ledger, address(1), block: 0) }
        let refused = spend(ledger, address(1), block: 0)
        #expect(!refused.isAllowed)
        #expect(!refused.isNewBlock)
        #expect(ledger.blocks(at: start).isEmpty)
        #expect(spend(ledger, address(1), block: 0, after: 1).isAllowed)
    }

    @Test func `never charges one subject for another`() {
        let ledger = UsageLedger()
        block(ledger, address(1))
        #expect(spend(ledger, address(2)).isAllowed)
        #expect(spend(ledger, network(1)).isAllowed)
        #expect(spend(ledger, .key(KeyID("abcd1234"))).isAllowed)
        #expect(ledger.standing(of: .key(KeyID("abcd1234")), at: start) == nil)
    }

    @Test func `lifts a block with a full allowance behind it`() {
        let ledger = UsageLedger()
        block(ledger, address(1))
        #expect(ledger.lift(address(1)))
        #expect(!ledger.lift(address(1)))
        #expect(!ledger.lift(address(2)))
        #expect(ledger.standing(of: address(1), at: start) == nil)
        #expect(spend(ledger, address(1)).remaining == 2)
    }

    @Test func `lifts every block inside a network and no other`() throws {
        let ledger = UsageLedger()
        for text in ["10.0.0.1", "10.0.0.2", "11.0.0.1", "2001:db8::1", "2001:db8:0:1::1"] {
            block(ledger, .address(try client(text)))
        }
        block(ledger, .key(KeyID("abcd1234")))
        #expect(ledger.liftAll(in: try AddressPrefix(parsing: "10.0.0.0/8")) == 2)
        #expect(ledger.liftAll(in: try AddressPrefix(parsing: "2001:db8::99/128")) == 1)
        #expect(ledger.liftAll(in: try AddressPrefix(parsing: "::/0")) == 1)
        #expect(ledger.blocks(at: start).map(\.subject).sorted() == ["11.0.0.1", "abcd1234"])
    }

    @Test func `names keys and IPv6 networks in its blocks`() throws {
        let ledger = UsageLedger()
        block(ledger, .address(try client("2001:db8::7")))
        block(ledger, .key(KeyID("abcd1234")))
        let blocks = ledger.blocks(at: start)
        #expect(blocks.map(\.subject) == ["2001:db8::/64", "abcd1234"])
        #expect(blocks.map(\.isKey) == [false, true])
        #expect(blocks.map(\.reason) == [.addressRateLimited, .keyRateLimited])
    }

    @Test func `is exact when many tasks spend at once`() async {
        let ledger = UsageLedger()
        let subject = address(1)
        let rule = RateRule(requestsPerMinute: 60, burst: 1000)
        let now = start
        let allowed = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<16 {
                group.addTask {
                    (0..<200).filter { _ in
                        ledger.spend(subject, rule: rule, blockSeconds: 0, at: now).isAllowed
                    }.count
                }
            }
            return await group.reduce(0, +)
        }
        #expect(allowed == 1000)
    }

    @Test func `begins exactly one block when many tasks violate at once`() async {
        let ledger = UsageLedger()
        let subject = address(1)
        let (rule, now) = (rule, start)
        let blocks = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<16 {
                group.addTask {
                    (0..<50).filter { _ in
                        ledger.spend(subject, rule: rule, blockSeconds: 60, at: now).isNewBlock
                    }.count
                }
            }
            return await group.reduce(0, +)
        }
        #expect(blocks == 1)
        #expect(ledger.blocks(at: start).first?.refusals == 16 * 50 - 3)
    }

    @Test func `an IPv6 flood never evicts an IPv4 client or a key`() {
        let ledger = UsageLedger(addressCountMax: 64, keyCountMax: 64, shardCount: 2)
        for number in 0..<20 { _ = spend(ledger, address(UInt32(number))) }
        _ = spend(ledger, .key(KeyID("abcd1234")))
        block(ledger, address(99))
        for number in 0..<10_000 { _ = spend(ledger, network(UInt64(number) << 20)) }
        #expect(ledger.counts.v6 <= 64)
        #expect(ledger.counts.v4 == 21)
        #expect(ledger.counts.keys == 1)
        #expect(ledger.standing(of: address(99), at: start) != nil)
        #expect(spend(ledger, address(3)).remaining == 1)
    }

    @Test func `remembers each of 100,000 clients`() {
        let ledger = UsageLedger()
        for number in 0..<100_000 { _ = spend(ledger, address(UInt32(number))) }
        #expect(ledger.counts.v4 == 100_000)
    }

    @Test func `holds 200,000 clients within its bounds`() {
        let ledger = UsageLedger()
        for number in 0..<200_000 { _ = spend(ledger, address(UInt32(number))) }
        #expect(ledger.counts.v4 <= UsageLedger.addressCountMax)
        #expect(ledger.counts.v4 > UsageLedger.addressCountMax * 9 / 10)
    }
}

@Suite struct UsageShardTests {
    private let rule = RateRule(requestsPerMinute: 60, burst: 2)

    private func time(_ seconds: Int64) -> MonotonicTime {
        MonotonicTime(nanoseconds: 1).advanced(bySeconds: seconds)
    }

    private func fill(_ shard: inout UsageShard<Int>, _ keys: Range<Int>, at seconds: Int64) {
        for key in keys { _ = shard.spend(key, rule: rule, blockSeconds: 60, at: time(seconds)) }
    }

    private func block(_ shard: inout UsageShard<Int>, _ key: Int, at seconds: Int64) {
        for _ in 0..<3 { _ = shard.spend(key, rule: rule, blockSeconds: 60, at: time(seconds)) }
    }

    @Test func `evicts the client seen longest ago`() {
        var shard = UsageShard<Int>(capacity: 3)
        fill(&shard, 1..<4, at: 0)
        fill(&shard, 1..<2, at: 0)
        fill(&shard, 4..<5, at: 0)
        #expect(shard.count == 3)
        // 2 was forgotten and starts anew; 1 is remembered.
        #expect(!shard.spend(1, rule: rule, blockSeconds: 0, at: time(0)).isAllowed)
        #expect(shard.spend(2, rule: rule, blockSeconds: 0, at: time(0)).remaining == 1)
    }

    @Test func `keeps the blocked while an unblocked client is left`() {
        var shard = UsageShard<Int>(capacity: 3)
        block(&shard, 1, at: 0)
        block(&shard, 2, at: 1)
        fill(&shard, 10..<1000, at: 2)
        #expect(shard.blockedKeys.sorted() == [1, 2])
        #expect(shard.standing(of: 1, at: time(2)) != nil)
    }

    @Test func `evicts the block that ends first when all are blocked`() {
        var shard = UsageShard<Int>(capacity: 3)
        for key in 1...3 { block(&shard, key, at: Int64(key)) }
        fill(&shard, 4..<5, at: 4)
        #expect(shard.blockedKeys.sorted() == [2, 3])
    }

    @Test func `evicts a block that has ended before any other client`() {
        var shard = UsageShard<Int>(capacity: 2)
        block(&shard, 1, at: 0)
        fill(&shard, 2..<3, at: 60)
        fill(&shard, 3..<4, at: 60)
        #expect(shard.standing(of: 1, at: time(60)) == nil)
        #expect(shard.spend(2, rule: rule, blockSeconds: 0, at: time(60)).remaining == 0)
    }

    @Test func `keeps the blocked and evicts one client at a time after any order of events`() {
        for seed in 0..<200 {
            var random = SplitMix(state: UInt64(seed))
            var shard = UsageShard<Int>(capacity: 8)
            let now = shuffle(&shard, &random)
            let blocked = shard.blocks(at: now).map(\.key).sorted()
            for key in 100..<200 {
                #expect(shard.spend(key, rule: rule, blockSeconds: 5, at: now).remaining == 1)
                if blocked.count < 8 {
                    #expect(shard.spend(key, rule: rule, blockSeconds: 5, at: now).remaining == 0)
                }
            }
            let kept = shard.blocks(at: now).map(\.key).sorted()
            #expect(blocked.count == 8 ? kept.count == 7 : kept == blocked)
            #expect(shard.count == 8)
        }
    }

    /// Spends, lifts and asks at random among 24 clients; returns the last moment.
    private func shuffle(
        _ shard: inout UsageShard<Int>,
        _ random: inout SplitMix
    ) -> MonotonicTime {
        for step in 0..<300 {
            let key = Int(random.next() % 24)
            let now = time(Int64(step / 20))
            switch random.next() % 8 {
            case 0: _ = shard.standing(of: key, at: now)
            case 1: _ = shard.lift(key)
            default: _ = shard.spend(key, rule: rule, blockSeconds: 5, at: now)
            }
        }
        return time(300 / 20)
    }
}

/// A small generator whose sequence depends on nothing but its seed.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
