import Testing

@testable import Policy

@Suite struct FailureLedgerTests {
    private static let start = MonotonicTime(nanoseconds: 1_000_000_000_000)

    private let ledger = FailureLedger()
    private let rules = FailureRules(
        countMax: 3,
        windowSeconds: 60,
        banSeconds: 60,
        banSecondsMax: 600,
        protected: []
    )

    private func time(_ seconds: Int64) -> MonotonicTime {
        Self.start.advanced(bySeconds: seconds)
    }

    private func fail(
        _ address: String = "203.0.113.9",
        at seconds: Int64 = 0,
        isExempt: Bool = false,
        rules: FailureRules? = nil
    ) throws -> FailureLedger.Outcome {
        ledger.failed(
            from: try client(address),
            rules: rules ?? self.rules,
            isExempt: isExempt,
            at: time(seconds)
        )
    }

    /// Fails until a ban begins; returns what came of the last failure.
    private func failUntilBanned(at seconds: Int64 = 0) throws -> FailureLedger.Outcome {
        _ = try fail(at: seconds)
        _ = try fail(at: seconds)
        return try fail(at: seconds)
    }

    private func isBanned(_ address: String = "203.0.113.9", at seconds: Int64) throws -> Bool {
        ledger.ruling(on: try client(address), isExempt: false, at: time(seconds)).denial?.code
            == .addressBanned
    }

    @Test func `bans at the count that the rule names, and not before`() throws {
        #expect(try fail() == .nothing)
        #expect(try fail(at: 30) == .nothing)
        #expect(try !isBanned(at: 30))
        #expect(try fail(at: 59) == .ban(seconds: 60, step: 1))
        #expect(try isBanned(at: 59))
        #expect(try isBanned(at: 118))
        #expect(try !isBanned(at: 119))
        #expect(try !isBanned("203.0.113.8", at: 60))
    }

    @Test func `tells a banned client how long to wait`() throws {
        _ = try failUntilBanned()
        let denial = ledger.ruling(on: try client("203.0.113.9"), isExempt: false, at: time(20))
            .denial
        #expect(denial?.status == 403)
        #expect(denial?.retryAfterSeconds == 40)
    }

    @Test func `forgets failures that lie well outside the window`() throws {
        _ = try fail()
        _ = try fail()
        #expect(try fail(at: 70) == .nothing)
        #expect(try fail(at: 71) == .nothing)
        #expect(try fail(at: 72) == .ban(seconds: 60, step: 1))
    }

    @Test func `no spacing of failures within the window escapes the count`() throws {
        for gap in Int64(1)...29 {
            let address = "198.51.100.\(gap)"
            _ = try fail(address, at: gap)
            _ = try fail(address, at: gap * 2)
            #expect(try fail(address, at: gap * 3) == .ban(seconds: 60, step: 1), "\(gap) s apart")
        }
    }

    @Test func `each ban lasts twice as long, up to the bound`() throws {
        var now: Int64 = 0
        var lengths: [Int64] = []
        for _ in 0..<6 {
            guard case .ban(let seconds, _) = try failUntilBanned(at: now) else { break }
            lengths.append(seconds)
            now += seconds
        }
        #expect(lengths == [60, 120, 240, 480, 600, 600])
    }

    @Test func `falls back one doubling for each longest ban without a further one`() throws {
        #expect(try failUntilBanned() == .ban(seconds: 60, step: 1))
        #expect(try failUntilBanned(at: 60) == .ban(seconds: 120, step: 2))
        #expect(try failUntilBanned(at: 180) == .ban(seconds: 240, step: 3))
        // Ended at 420; one stride of 600 s later one step is gone.
        #expect(try failUntilBanned(at: 1020) == .ban(seconds: 240, step: 3))
        #expect(try failUntilBanned(at: 1260 + 6000) == .ban(seconds: 60, step: 1))
    }

    @Test func `throttles the failures of an address that good credentials come from`() throws {
        ledger.succeeded(from: try client("203.0.113.9"), at: time(0))
        let outcome = try failUntilBanned(at: 30)
        guard case .throttle(let wait) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect((1...70).contains(wait))
        #expect(try !isBanned(at: 30))
        let denial = outcome.denial(insteadOf: KeyGuard.missing)
        #expect(denial.status == 429)
        #expect(denial.code == .failuresLimited)
        #expect(denial.cause == .credentialsMissing)
        #expect(denial.retryAfterSeconds == wait)
        #expect(try fail(at: 30 + wait) == .nothing)
    }

    @Test func `bans such an address when its good credentials are long ago`() throws {
        ledger.succeeded(from: try client("203.0.113.9"), at: time(0))
        #expect(try failUntilBanned(at: 61) == .ban(seconds: 60, step: 1))
    }

    @Test func `leaves every other refusal as it is`() throws {
        #expect(
            FailureLedger.Outcome.nothing.denial(insteadOf: KeyGuard.missing) == KeyGuard.missing
        )
        let ban = FailureLedger.Outcome.ban(seconds: 60, step: 1)
        #expect(ban.denial(insteadOf: KeyGuard.missing) == KeyGuard.missing)
    }

    @Test func `never bans and never counts an exempt address`() throws {
        for _ in 0..<100 { #expect(try fail(isExempt: true) == .nothing) }
        #expect(try !isBanned(at: 0))
        #expect(try fail() == .nothing)
    }

    @Test func `lets an exempt address pass although its network is banned`() throws {
        let rules = FailureRules(protected: [try AddressPrefix(parsing: "2001:db8::5")])
        let proxies = ProxyRules(trusted: [try AddressPrefix(parsing: "10.0.0.0/8")])
        let exemptions = FailureExemptions(rules, proxies: proxies)
        for _ in 0..<3 { _ = try fail("2001:db8::1") }
        for (address, isAllowed) in [("2001:db8::5", true), ("2001:db8::6", false)] {
            let client = try client(address)
            let ruling = ledger.ruling(
                on: client,
                isExempt: exemptions.covers(client),
                at: time(1)
            )
            #expect(ruling.isAllowed == isAllowed, "\(address)")
        }
        #expect(exemptions.covers(try client("::ffff:10.9.9.9")))
        #expect(!exemptions.covers(try client("127.0.0.1")))
    }

    @Test func `throttles instead where bans are switched off`() throws {
        var rules = rules
        rules.banSeconds = 0
        _ = try fail(rules: rules)
        _ = try fail(rules: rules)
        guard case .throttle = try fail(rules: rules) else {
            Issue.record("not throttled")
            return
        }
        #expect(try !isBanned(at: 0))
    }

    @Test func `counts an IPv6 client by its network and an IPv4-mapped one as IPv4`() throws {
        _ = try fail("2001:db8::1")
        _ = try fail("2001:db8::2")
        #expect(try fail("2001:db8::3") == .ban(seconds: 60, step: 1))
        #expect(try isBanned("2001:db8::ffff", at: 0))
        #expect(try !isBanned("2001:db8:0:1::1", at: 0))
        _ = try failUntilBanned()
        #expect(try isBanned("::ffff:203.0.113.9", at: 0))
    }

    @Test func `failures during a ban neither prolong nor repeat it`() throws {
        _ = try failUntilBanned()
        for second in Int64(1)..<60 { #expect(try fail(at: second) == .nothing) }
        #expect(try !isBanned(at: 60))
    }

    @Test func `a new window length keeps the count`() throws {
        _ = try fail()
        _ = try fail()
        var rules = rules
        rules.windowSeconds = 3600
        #expect(try fail(rules: rules) == .ban(seconds: 60, step: 1))
    }

    @Test func `lists its bans and counts what they refused`() throws {
        _ = try failUntilBanned()
        for _ in 0..<5 { _ = try isBanned(at: 10) }
        #expect(
            try ledger.bans(at: time(10)) == [
                FailureBan(
                    client: client("203.0.113.9"),
                    remainingSeconds: 50,
                    elapsedSeconds: 10,
                    step: 1,
                    refusals: 5
                )
            ]
        )
        #expect(ledger.bans(at: time(60)).isEmpty)
    }

    @Test func `bans survive a restart with the time that is left`() throws {
        _ = try failUntilBanned()
        _ = try failUntilBanned(at: 60)
        let kept = ledger.bans(at: time(90))
        let next = FailureLedger()
        next.restore(kept, at: time(90))
        #expect(next.bans(at: time(90)).map(\.remainingSeconds) == [90])
        let denial = next.ruling(on: try client("203.0.113.9"), isExempt: false, at: time(179))
            .denial
        #expect(denial?.retryAfterSeconds == 1)
        #expect(
            next.ruling(on: try client("203.0.113.9"), isExempt: false, at: time(180)).isAllowed
        )
        for _ in 0..<2 {
            _ = next.failed(
                from: try client("203.0.113.9"),
                rules: rules,
                isExempt: false,
                at: time(180)
            )
        }
        let third = next.failed(
            from: try client("203.0.113.9"),
            rules: rules,
            isExempt: false,
            at: time(180)
        )
        #expect(third == .ban(seconds: 240, step: 3))
    }

    @Test(arguments: [Int64.min, -1, 0, .max])
    func `takes back no ban that a policy could not have made`(remaining: Int64) throws {
        let ban = FailureBan(
            client: try client("203.0.113.9"),
            remainingSeconds: remaining,
            step: .max
        )
        ledger.restore([ban], at: time(0))
        let lengths = ledger.bans(at: time(0)).map(\.remainingSeconds)
        #expect(lengths == (remaining > 0 ? [FailureBan.secondsMax] : []))
    }

    @Test func `lifts the bans inside a network and forgets what led to them`() throws {
        _ = try failUntilBanned()
        for _ in 0..<3 { _ = try fail("2001:db8::1") }
        #expect(ledger.liftAll(in: try AddressPrefix(parsing: "198.51.100.0/24"), at: time(1)) == 0)
        #expect(ledger.liftAll(in: try AddressPrefix(parsing: "2001:db8::9"), at: time(1)) == 1)
        #expect(ledger.liftAll(in: try AddressPrefix(parsing: "0.0.0.0/0"), at: time(1)) == 1)
        #expect(try !isBanned(at: 1))
        #expect(try failUntilBanned(at: 2) == .ban(seconds: 60, step: 1))
    }

    @Test func `a flood of one family never frees a banned address of the other`() throws {
        let small = FailureLedger(capacity: 64, shardCount: 2)
        let banned = try client("203.0.113.9")
        for _ in 0..<3 {
            _ = small.failed(from: banned, rules: rules, isExempt: false, at: time(0))
        }
        for number in 0..<10_000 {
            let v6 = ClientAddress(.v6(UInt64(number), 0))
            _ = small.failed(from: v6, rules: rules, isExempt: false, at: time(0))
            let v4 = ClientAddress(.v4(UInt32(number)))
            _ = small.failed(from: v4, rules: rules, isExempt: false, at: time(0))
        }
        #expect(small.counts.v4 <= 64)
        #expect(small.counts.v6 <= 64)
        #expect(!small.ruling(on: banned, isExempt: false, at: time(1)).isAllowed)
    }

    @Test func `is exact when many tasks fail at once`() async throws {
        let (ledger, rules, now) = (ledger, rules, time(0))
        let address = try client("203.0.113.9")
        let bans = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    (0..<100).filter { _ in
                        let outcome = ledger.failed(
                            from: address,
                            rules: rules,
                            isExempt: false,
                            at: now
                        )
                        return outcome == .ban(seconds: 60, step: 1)
                    }.count
                }
            }
            return await group.reduce(0, +)
        }
        #expect(bans == 1)
    }
}
