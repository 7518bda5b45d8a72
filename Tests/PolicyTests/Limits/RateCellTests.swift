import Testing

@testable import Policy

@Suite struct RateCellTests {
    private func time(_ seconds: Double) -> MonotonicTime {
        MonotonicTime(nanoseconds: Int64(seconds * 1e9))
    }

    @Test func `allows the burst, then the steady rate, to the request`() {
        var cell = RateCell()
        let rule = RateRule(requestsPerMinute: 60, burst: 10)
        let burst = (0..<20).filter { _ in cell.spend(rule, at: time(100)).isAllowed }
        #expect(burst.count == 10)
        var allowed = 0
        for tenth in 1...600 {
            allowed += cell.spend(rule, at: time(100 + Double(tenth) / 10)).isAllowed ? 1 : 0
        }
        #expect(allowed == 60)
    }

    @Test func `tells what remains and when to come back`() {
        var cell = RateCell()
        let rule = RateRule(requestsPerMinute: 60, burst: 2)
        let first = cell.spend(rule, at: time(0))
        #expect(first.remaining == 1)
        #expect(first.limit == 2)
        #expect(first.resetSeconds == 1)
        #expect(first.retryAfterSeconds == nil)
        _ = cell.spend(rule, at: time(0))
        let third = cell.spend(rule, at: time(0.25))
        #expect(!third.isAllowed)
        #expect(third.remaining == 0)
        #expect(third.retryAfterSeconds == 1)
        #expect(third.resetSeconds == 2)
    }

    @Test func `charges nothing for a refusal`() {
        var cell = RateCell()
        let rule = RateRule(requestsPerMinute: 60, burst: 1)
        _ = cell.spend(rule, at: time(0))
        for _ in 0..<1000 { #expect(!cell.spend(rule, at: time(0.5)).isAllowed) }
        #expect(cell.spend(rule, at: time(1)).isAllowed)
    }

    @Test(arguments: [
        ("tighter rate", RateRule(requestsPerMinute: 6, burst: 10)),
        ("looser rate", RateRule(requestsPerMinute: 6000, burst: 10)),
        ("smaller burst", RateRule(requestsPerMinute: 60, burst: 1)),
        ("slowest", RateRule(requestsPerMinute: 1, burst: 10)),
        ("fastest", RateRule(requestsPerMinute: 60_000_000, burst: 10)),
    ])
    func `is never refilled by a new rule`(name: String, rule: RateRule) {
        var cell = RateCell()
        let old = RateRule(requestsPerMinute: 60, burst: 10)
        for _ in 0..<10 { _ = cell.spend(old, at: time(0)) }
        let verdict = cell.spend(rule, at: time(0))
        #expect(!verdict.isAllowed, "\(name)")
        #expect(verdict.remaining == 0)
        #expect(verdict.resetSeconds <= Int64(rule.burst) * 60 / Int64(rule.requestsPerMinute) + 1)
    }

    @Test func `gives only the difference when the burst grows`() {
        var cell = RateCell()
        for _ in 0..<10 {
            _ = cell.spend(RateRule(requestsPerMinute: 60, burst: 10), at: time(0))
        }
        let wider = RateRule(requestsPerMinute: 60, burst: 15)
        let allowed = (0..<20).filter { _ in cell.spend(wider, at: time(0)).isAllowed }
        #expect(allowed.count == 5)
    }

    @Test(arguments: [
        ("slowest and widest", RateRule(requestsPerMinute: 1, burst: 1_000_000)),
        ("fastest", RateRule(requestsPerMinute: 60_000_000, burst: 1)),
        ("odd", RateRule(requestsPerMinute: 59_999_999, burst: 999_999)),
        ("out of bounds below", RateRule(requestsPerMinute: 0, burst: 0)),
        ("negative", RateRule(requestsPerMinute: .min, burst: .min)),
        ("out of bounds above", RateRule(requestsPerMinute: .max, burst: .max)),
    ])
    func `never overflows`(name: String, rule: RateRule) {
        for now in [Int64.min, -1, 0, 1, .max - 1, .max] {
            var cell = RateCell()
            for step in [Int64.zero, 1, .max] {
                let (sum, isOver) = now.addingReportingOverflow(step)
                let moment = MonotonicTime(nanoseconds: isOver ? .max : sum)
                let verdict = cell.spend(rule, at: moment)
                #expect(verdict.remaining >= 0, "\(name)")
                #expect(verdict.resetSeconds >= 0)
            }
        }
    }

    @Test func `counts a wide burst to the request`() {
        var cell = RateCell()
        let rule = RateRule(requestsPerMinute: 1, burst: 100_000)
        let allowed = (0..<100_010).filter { _ in cell.spend(rule, at: time(0)).isAllowed }
        #expect(allowed.count == 100_000)
    }

    @Test func `gives nothing back when the clock of another loop lags`() {
        var cell = RateCell()
        let rule = RateRule(requestsPerMinute: 60, burst: 1)
        #expect(cell.spend(rule, at: time(10)).isAllowed)
        #expect(!cell.spend(rule, at: time(9.9)).isAllowed)
        #expect(!cell.spend(rule, at: time(10.9)).isAllowed)
        #expect(cell.spend(rule, at: time(11)).isAllowed)
    }
}
