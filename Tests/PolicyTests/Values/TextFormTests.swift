import Testing

@testable import Policy

@Suite struct TextFormTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", Int64(0), "1970-01-01T00:00:00.000Z"),
        ("2000-02-29T12:30:45.5Z", 951_827_445_500, "2000-02-29T12:30:45.500Z"),
        ("2026-11-22T10:30:00.25Z", 1_795_343_400_250, "2026-11-22T10:30:00.250Z"),
        ("2038-01-19T03:14:08.007Z", 2_147_483_648_007, "2038-01-19T03:14:08.007Z"),
        ("9999-12-31T23:59:59.999Z", 253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
    ])
    func `reads and writes moments`(text: String, milliseconds: Int64, canonical: String) throws {
        let moment = try Timestamp(parsing: text)
        #expect(moment.millisecondsSince1970 == milliseconds)
        #expect(moment.description == canonical)
    }

    @Test func `writes and reads days of four centuries alike`() throws {
        for day in stride(from: Int64(0), through: 146_097, by: 13) {
            let moment = Timestamp(millisecondsSince1970: day * 86_400_000 + 1)
            #expect(try Timestamp(parsing: moment.description) == moment)
        }
    }

    @Test func `writes every day of one leap year alike`() throws {
        let first = try Timestamp(parsing: "2028-01-01T00:00:00Z")
        let days = (0..<366).map { first.advanced(bySeconds: $0 * 86_400).description.prefix(10) }
        #expect(days[58] == "2028-02-28")
        #expect(days[59] == "2028-02-29")
        #expect(days[60] == "2028-03-01")
        #expect(days[365] == "2028-12-31")
        #expect(Set(days).count == 366)
        #expect(days == days.sorted())
    }

    @Test func `shows moments outside its years as the nearest inside`() {
        #expect(Timestamp(millisecondsSince1970: .min).description.hasPrefix("1970-01-01"))
        #expect(Timestamp(millisecondsSince1970: .max).description.hasPrefix("9999-12-31"))
    }

    @Test(arguments: [
        ("empty", ""), ("date only", "2026-11-22"), ("offset", "2026-11-22T10:30:00+00:00"),
        ("no zone", "2026-11-22T10:30:00"), ("lower-case letters", "2026-11-22t10:30:00z"),
        ("space", "2026-11-22 10:30:00Z"), ("leap second", "2026-12-31T23:59:60Z"),
        ("hour 24", "2026-11-22T24:00:00Z"), ("month 13", "2026-13-01T00:00:00Z"),
        ("month 0", "2026-00-01T00:00:00Z"), ("day 0", "2026-01-00T00:00:00Z"),
        ("29 February of a common year", "2026-02-29T00:00:00Z"),
        ("29 February of 2100", "2100-02-29T00:00:00Z"), ("year 1969", "1969-12-31T23:59:59Z"),
        ("year 10000", "10000-01-01T00:00:00Z"), ("empty fraction", "2026-11-22T10:30:00.Z"),
        ("four decimals", "2026-11-22T10:30:00.1234Z"), ("comma", "2026-11-22T10:30:00,5Z"),
        ("sign", "+026-11-22T10:30:00Z"), ("full-width digit", "２026-11-22T10:30:00Z"),
        ("more after it", "2026-11-22T10:30:00ZZ"), ("NUL", "2026-11-22T10:30:00Z\0"),
    ])
    func `refuses a moment`(name: String, text: String) {
        #expect(throws: TimestampProblem.self, "\(name)") { try Timestamp(parsing: text) }
    }

    @Test(arguments: [
        ("1s", Int64(1)), ("90s", 90), ("15m", 900), ("1h", 3600), ("7d", 604_800),
        ("3660d", 316_224_000),
    ])
    func `reads lengths of time`(text: String, seconds: Int64) {
        #expect(DurationText.parse(text) == seconds)
        #expect(DurationText.parse(DurationText.text(seconds: seconds)) == seconds)
    }

    @Test(arguments: [
        ("empty", ""), ("no unit", "90"), ("no number", "h"), ("zero", "0s"), ("sign", "+1h"),
        ("minus", "-1h"), ("leading zero", "01h"), ("fraction", "1.5h"), ("space", "1 h"),
        ("unknown unit", "1w"), ("upper case", "1H"), ("two parts", "1h30m"),
        ("too long", "3661d"), ("overflow", "99999999999999999d"), ("full-width", "１h"),
    ])
    func `refuses a length of time`(name: String, text: String) {
        #expect(DurationText.parse(text) == nil, "\(name)")
    }

    @Test func `reads and writes digests`() throws {
        let hex = "00010203" + String(repeating: "ab", count: 27) + "ff"
        #expect(try #require(SecretDigest(hex: hex)).description == hex)
        #expect(SecretDigest(bytes: [UInt8](repeating: 7, count: 32)) != nil)
        #expect(SecretDigest(bytes: [UInt8](repeating: 7, count: 31)) == nil)
        #expect(SecretDigest(bytes: [UInt8](repeating: 7, count: 33)) == nil)
    }

    @Test(arguments: [
        ("short", String(repeating: "a", count: 63)), ("long", String(repeating: "a", count: 65)),
        ("upper case", String(repeating: "A", count: 64)),
        ("no digit", String(repeating: "g", count: 64)),
        ("full-width", String(repeating: "ａ", count: 64)), ("empty", ""),
    ])
    func `refuses a digest`(name: String, hex: String) {
        #expect(SecretDigest(hex: hex) == nil, "\(name)")
    }

    @Test func `tells digests apart by any bit`() throws {
        let zero = try #require(SecretDigest(bytes: [UInt8](repeating: 0, count: 32)))
        for bit in 0..<256 {
            var bytes = [UInt8](repeating: 0, count: 32)
            bytes[bit / 8] = 1 << UInt8(bit % 8)
            #expect(try #require(SecretDigest(bytes: bytes)) != zero)
        }
    }

    @Test func `never shows a secret`() {
        let secret = Secret("canary-4711")
        #expect(!"\(secret) \(String(reflecting: secret))".contains("canary"))
        var dumped = ""
        dump(secret, to: &dumped)
        #expect(!dumped.contains("canary"))
    }
}
