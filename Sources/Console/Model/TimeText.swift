import Policy

/// Times and amounts as the console writes them: short, and changing no oftener than they must.
enum TimeText {
    /// `13:02:11`, in the zone of the settings.
    static func clock(_ time: Timestamp) -> String {
        String(TextFormat.current.zone.shifted(time).description.dropFirst(11).prefix(8))
    }

    /// `2026-11-22 13:02`, in the zone of the settings.
    static func date(_ time: Timestamp) -> String {
        let text = TextFormat.current.zone.shifted(time).description
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(5))"
    }

    /// One unit, or two below a day: `42s`, `3m 10s`, `2h 5m`, `7d`.
    static func duration(seconds: Int64) -> String {
        switch seconds {
        case ..<60: "\(max(seconds, 0))s"
        case ..<3600: pair(seconds / 60, "m", seconds % 60, "s")
        case ..<86_400: pair(seconds / 3600, "h", seconds % 3600 / 60, "m")
        default: pair(seconds / 86_400, "d", seconds % 86_400 / 3600, "h")
        }
    }

    /// How long ago, in steps that keep a live table calm: `now`, `20s`, `3m`, `2h`, `7d`.
    static func age(from earlier: Timestamp, to later: Timestamp) -> String {
        let seconds = (later.millisecondsSince1970 - earlier.millisecondsSince1970) / 1000
        return switch seconds {
        case ..<10: "now"
        case ..<60: "\(seconds / 10 * 10)s"
        case ..<3600: "\(seconds / 60)m"
        case ..<86_400: "\(seconds / 3600)h"
        default: "\(seconds / 86_400)d"
        }
    }

    /// Until `end`, one unit: `42s`, `3m`, `2h`, `7d`.
    static func remaining(until end: Timestamp, from now: Timestamp) -> String {
        let seconds = max(0, (end.millisecondsSince1970 - now.millisecondsSince1970 + 999) / 1000)
        return switch seconds {
        case ..<120: "\(seconds)s"
        case ..<7200: "\(seconds / 60)m"
        case ..<172_800: "\(seconds / 3600)h"
        default: "\(seconds / 86_400)d"
        }
    }

    private static func pair(
        _ large: Int64,
        _ largeUnit: String,
        _ small: Int64,
        _ smallUnit: String
    ) -> String {
        small == 0 ? "\(large)\(largeUnit)" : "\(large)\(largeUnit) \(small)\(smallUnit)"
    }
}

/// Numbers as the console writes them.
enum NumberText {
    /// At most five characters: `7`, `950`, `12.3k`, `4.0M`; all digits where the settings say so.
    static func short(_ value: UInt64) -> String {
        switch value {
        case _ where TextFormat.current.numbers == .full: "\(value)"
        case ..<10_000: "\(value)"
        case ..<1_000_000: scaled(value, by: 1000, "k")
        case ..<1_000_000_000: scaled(value, by: 1_000_000, "M")
        default: scaled(value, by: 1_000_000_000, "G")
        }
    }

    /// At most four characters without the unit: `0.85`, `4.2`, `14`.
    static func milliseconds(fromMicroseconds value: Int64) -> String {
        switch value {
        case ..<0: "0"
        case ..<1_000: "0." + (value < 100 ? "0" : "") + "\(value / 10)"
        case ..<10_000: "\(value / 1000).\(value % 1000 / 100)"
        default: "\(value / 1000)"
        }
    }

    /// One decimal: `0.8`; without the unit.
    static func preciseMilliseconds(_ microseconds: Int64) -> String {
        let tenths = (max(microseconds, 0) + 50) / 100
        return "\(tenths / 10).\(tenths % 10)"
    }

    /// One decimal: `2.1%`.
    static func percentage(_ part: UInt64, of whole: UInt64) -> String {
        guard whole > 0 else { return "0.0%" }
        let permille = part.multipliedReportingOverflow(by: 1000)
        let value = permille.overflow ? part / (whole / 1000 + 1) : permille.partialValue / whole
        return "\(value / 10).\(value % 10)%"
    }

    /// `1 MiB`, `512 KiB`, `700 bytes`.
    static func bytes(_ value: Int) -> String {
        if value >= 1_048_576, value % 1_048_576 == 0 { return "\(value / 1_048_576) MiB" }
        if value >= 1024, value % 1024 == 0 { return "\(value / 1024) KiB" }
        return "\(value) bytes"
    }

    private static func scaled(_ value: UInt64, by unit: UInt64, _ letter: String) -> String {
        let whole = value / unit
        return whole >= 100
            ? "\(whole)\(letter)" : "\(whole).\(value % unit / (unit / 10))\(letter)"
    }
}
