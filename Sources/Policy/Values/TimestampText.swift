/// Why a text is not a moment, as one sentence.
package struct TimestampProblem: Error, Hashable, Sendable, CustomStringConvertible {
    package var description: String {
        "not a time; write UTC as 2026-11-22T10:30:00Z, with at most three decimals of a second"
    }
}

extension Timestamp {
    /// 1970-01-01T00:00:00.000Z.
    package static let earliest = Self(millisecondsSince1970: 0)
    /// 9999-12-31T23:59:59.999Z.
    package static let latest = Self(millisecondsSince1970: 253_402_300_799_999)

    /// Whether RFC 3339 can write it with a year of 1970…9999.
    var isRepresentable: Bool { (Self.earliest...Self.latest).contains(self) }

    /// Reads RFC 3339 in UTC: `YYYY-MM-DDTHH:MM:SS[.d{1,3}]Z`, upper case, years 1970…9999.
    ///
    /// Leap seconds, offsets and dates that do not exist are refused.
    package init(parsing text: String) throws(TimestampProblem) {
        guard let parsed = Self.parsed(Array(text.utf8.prefix(32))) else {
            throw TimestampProblem()
        }
        self = parsed
    }

    private static func parsed(_ bytes: [UInt8]) -> Self? {
        let template = Array("0000-00-00T00:00:00".utf8)
        guard bytes.count >= 20, bytes.count <= 24, bytes.last == 0x5A else { return nil }
        for (byte, expected) in zip(bytes, template) {
            let isDigit = byte.decimalDigit != nil
            guard expected == 0x30 ? isDigit : byte == expected else { return nil }
        }
        func number(_ range: Range<Int>) -> Int {
            bytes[range].reduce(0) { $0 * 10 + Int($1) - 0x30 }
        }
        let (year, month, day) = (number(0..<4), number(5..<7), number(8..<10))
        let (hour, minute, second) = (number(11..<13), number(14..<16), number(17..<19))
        guard year >= 1970, (1...12).contains(month), day >= 1,
            day <= CivilDate.days(inMonth: month, of: year),
            hour < 24, minute < 60, second < 60,
            let milliseconds = milliseconds(bytes[19..<(bytes.count - 1)])
        else { return nil }
        let days = CivilDate(year: year, month: month, day: day).daysSince1970
        let seconds = ((days * 24 + hour) * 60 + minute) * 60 + second
        return Self(millisecondsSince1970: Int64(seconds) * 1000 + milliseconds)
    }

    /// `.d`, `.dd`, `.ddd` or nothing.
    private static func milliseconds(_ fraction: ArraySlice<UInt8>) -> Int64? {
        guard let point = fraction.first else { return 0 }
        let digits = fraction.dropFirst()
        guard point == 0x2E, (1...3).contains(digits.count) else { return nil }
        var value: Int64 = 0
        for byte in digits {
            guard let digit = byte.decimalDigit else { return nil }
            value = value * 10 + Int64(digit)
        }
        return digits.count == 1 ? value * 100 : digits.count == 2 ? value * 10 : value
    }
}

extension Timestamp: CustomStringConvertible {
    /// RFC 3339 in UTC with milliseconds; moments outside 1970…9999 show as the nearest inside.
    package var description: String {
        let inside = min(max(self, .earliest), .latest).millisecondsSince1970
        let (days, rest) = (inside / 86_400_000, inside % 86_400_000)
        let date = CivilDate(daysSince1970: Int(days))
        let clock = [rest / 3_600_000, rest / 60_000 % 60, rest / 1000 % 60]
            .map { Self.padded($0, to: 2) }.joined(separator: ":")
        return Self.padded(Int64(date.year), to: 4) + "-" + Self.padded(Int64(date.month), to: 2)
            + "-" + Self.padded(Int64(date.day), to: 2) + "T" + clock + "."
            + Self.padded(rest % 1000, to: 3) + "Z"
    }

    private static func padded(_ value: Int64, to width: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(width - text.utf8.count, 0)) + text
    }
}

extension Timestamp: Codable {
    /// Reads text by the rules of `init(parsing:)`.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        do throws(TimestampProblem) {
            try self.init(parsing: text)
        } catch {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: error.description
            )
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// A day of the proleptic Gregorian calendar, from year 1970 on.
struct CivilDate {
    let year: Int
    let month: Int
    let day: Int

    init(year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    /// Years run from March, so that the leap day is the last of its year.
    init(daysSince1970 days: Int) {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    var daysSince1970: Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = shiftedYear / 400
        let yearOfEra = shiftedYear % 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    static func days(inMonth month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
