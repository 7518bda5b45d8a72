/// Lengths of time as operators type them: `90s`, `15m`, `1h`, `7d`.
package enum DurationText {
    /// The longest, in seconds: 3,660 days, a little over ten years.
    package static let secondsMax: Int64 = 3660 * 86_400

    /// Reads digits and one unit letter (`s`, `m`, `h`, `d`), 1 s…3,660 days.
    ///
    /// - Returns: Seconds; nil for a sign, a fraction, a leading zero, white space, a missing or
    ///   unknown unit, zero, or more than `secondsMax`.
    package static func parse(_ text: String) -> Int64? {
        let bytes = Array(text.utf8.prefix(16))
        guard let unit = bytes.last.flatMap(seconds(perUnit:)),
            let count = StrictDecimal.parse(bytes.dropLast(), limit: secondsMax / unit),
            count >= 1
        else { return nil }
        return count * unit
    }

    /// The shortest exact form, such as `90s`, `2m`, `1h`, `7d`.
    package static func text(seconds: Int64) -> String {
        for (unit, letter) in [(Int64(86_400), "d"), (3600, "h"), (60, "m")]
        where seconds > 0 && seconds % unit == 0 {
            return "\(seconds / unit)\(letter)"
        }
        return "\(seconds)s"
    }

    private static func seconds(perUnit letter: UInt8) -> Int64? {
        switch letter {
        case 0x73: 1
        case 0x6D: 60
        case 0x68: 3600
        case 0x64: 86_400
        default: nil
        }
    }
}
