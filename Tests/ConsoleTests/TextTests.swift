import Policy
import Testing

@testable import Console

struct TextTests {
    @Test(arguments: [
        (0, "0s"), (59, "59s"), (60, "1m"), (190, "3m 10s"), (3_600, "1h"), (7_500, "2h 5m"),
        (86_400, "1d"), (604_800, "7d"), (-5, "0s"),
    ])
    func `writes lengths of time`(seconds: Int64, text: String) {
        #expect(TimeText.duration(seconds: seconds) == text)
    }

    @Test(arguments: [
        (0, "0"), (9_999, "9999"), (12_345, "12.3k"), (999_999, "999k"), (4_000_000, "4.0M"),
        (UInt64.max, "18446744073G"),
    ])
    func `writes counts`(value: UInt64, text: String) {
        #expect(NumberText.short(value) == text)
    }

    @Test(arguments: [
        (0, "0.00"), (7, "0.00"), (85, "0.08"), (850, "0.85"), (4_200, "4.2"), (14_300, "14"),
        (-1, "0"),
    ])
    func `writes milliseconds`(microseconds: Int64, text: String) {
        #expect(NumberText.milliseconds(fromMicroseconds: microseconds) == text)
    }

    @Test(arguments: [
        (0, 0, "0.0%"), (1, 3, "33.3%"), (UInt64.max, UInt64.max, "99.9%"), (5, 5, "100.0%"),
    ])
    func `writes shares without overflow`(part: UInt64, whole: UInt64, text: String) {
        #expect(NumberText.percentage(part, of: whole) == text)
    }

    @Test func `ages move in steps`() {
        let now = ConsoleFixture.wall
        let ages = [0, 9, 10, 19, 59, 60, 3_599, 3_600, 86_400].map {
            TimeText.age(from: now.advanced(bySeconds: -Int64($0)), to: now)
        }
        #expect(ages == ["now", "now", "10s", "10s", "50s", "1m", "59m", "1h", "1d"])
    }

    @Test func `wraps at spaces, and within words that are longer than a line`() {
        #expect(LineWrap.wrapped("one two three", width: 7) == ["one two", "three"])
        #expect(LineWrap.wrapped("abcdefghij", width: 4) == ["abcd", "efgh", "ij"])
        #expect(LineWrap.wrapped("", width: 4) == [""])
        #expect(LineWrap.wrapped("a b", width: 0) == ["a", "b"])
    }

    @Test(arguments: [
        ("mcpk_prod_k7Qm2xYz_abcdefghijk", "k7Qm2xYz"),
        ("rotate mcpk_dev_k7Qm2xYz_abcdefghijk now", "rotate k7Qm2xYz now"),
        ("\"mcpk_prod_k7Qm2xYz_abcdefghijk\"", "k7Qm2xYz"),
        ("mcpk_prod_k7Qm2xYz", "mcpk_prod_k7Qm2xYz"),
        ("plain words", "plain words"),
    ])
    func `leaves only the public id of a whole key`(text: String, masked: String) {
        #expect(CredentialMask.masked(text) == masked)
    }

    @Test func `a curve shifts once a column and not once a second`() {
        let values = (0..<120).map { UInt64($0) }
        let shapes = (0..<8).map { step in
            RateSeries(values.map { $0 + UInt64(step) }, lastSecond: 1_000 + Int64(step), count: 30)
                .columns.count
        }
        #expect(shapes.allSatisfy { $0 == 29 || $0 == 30 })
        let steady = Array(repeating: UInt64(7), count: 120)
        let first = RateSeries(steady, lastSecond: 1_000, count: 29)
        #expect(first.columns.allSatisfy { $0 == 7 })
        #expect(first.maximum == 10)
    }

    @Test(arguments: [(0.0, 1.0), (1, 1), (1.5, 2), (3, 5), (6, 10), (11, 20), (4_001, 5_000)])
    func `scales go by one, two and five`(value: Double, maximum: Double) {
        #expect(RateSeries.roundedUp(value) == maximum)
    }
}
