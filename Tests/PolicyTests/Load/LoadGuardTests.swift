import Testing

@testable import Policy

@Suite struct LoadGuardTests {
    private static let millisecond: Int64 = 1_000_000

    private func loaded(_ lags: [Int64], bound: Int = 500) -> LoadGuard {
        var load = LoadGuard()
        for lag in lags {
            load.note(lagNanoseconds: lag * Self.millisecond, lagMillisecondsMax: bound)
        }
        return load
    }

    @Test(
        arguments: [
            ("fresh", [], false),
            ("at the bound", [500, 500, 500], false),
            ("one hiccup", [9000], false),
            ("hiccups apart", [600, 1, 600, 1, 600], false),
            ("late twice in a row", [501, 501], true),
            ("prompt three times", [600, 600, 1, 1, 1], true),
            ("prompt four times", [600, 600, 1, 1, 1, 1], false),
            ("below the bound but not prompt", [600, 600, 251, 251, 251, 251, 251], true),
            ("prompt with a hiccup", [600, 600, 1, 1, 1, 300, 1, 1, 1], true),
            ("late again", [600, 600, 1, 1, 1, 1, 600, 600], true),
        ] as [(String, [Int64], Bool)]
    )
    func `sheds after`(name: String, lags: [Int64], isShedding: Bool) {
        #expect(loaded(lags).isShedding == isShedding, "\(name)")
    }

    @Test func `refuses with 503 and a time to come back`() {
        let denial = loaded([600, 600]).ruling.denial
        #expect(denial?.status == 503)
        #expect(denial?.code == .overloaded)
        #expect(denial?.retryAfterSeconds == 1)
        #expect(loaded([]).ruling.isAllowed)
    }

    @Test func `a bound of zero never sheds and ends what was`() {
        #expect(!loaded([90_000, 90_000, 90_000], bound: 0).isShedding)
        var load = loaded([600, 600])
        load.note(lagNanoseconds: 600 * Self.millisecond, lagMillisecondsMax: 0)
        #expect(!load.isShedding)
    }

    @Test func `a bound beyond all time does not trap`() {
        #expect(!loaded([600, 600], bound: .max).isShedding)
    }
}
