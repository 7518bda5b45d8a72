import Admin
import ArgumentParser
import Policy

/// Turns arguments into values, with the sentence that says what would be right.
enum ArgumentText {
    @Sendable static func prefix(_ text: String) throws -> AddressPrefix {
        do throws(AddressProblem) {
            return try AddressPrefix(parsing: text)
        } catch {
            throw ValidationError("'\(text)' is no address or network: \(error)")
        }
    }

    /// Networks with commas between them; no text, no network.
    @Sendable static func prefixes(_ text: String) throws -> [AddressPrefix] {
        try words(text).map(prefix)
    }

    /// Words with commas between them; no text, no word.
    @Sendable static func words(_ text: String) throws -> [String] {
        if text.isEmpty { return [] }
        let words = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard !words.contains("") else {
            throw ValidationError("'\(text)' has a comma with nothing before or after it")
        }
        return words
    }

    /// `120`, or `120:30` for 30 at once; a rate alone is the burst too, as far as bursts go.
    @Sendable static func rate(_ text: String) throws -> RateRule {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let numbers = parts.map(wholeNumber)
        guard let rate = numbers.first ?? nil, let burst = numbers.last ?? nil else {
            throw ValidationError(
                "'\(text)' is no rate: write 120 for 120 requests a minute, 120:30 for 30 at once"
            )
        }
        return RateRule(
            requestsPerMinute: rate,
            burst: parts.count > 1 ? burst : min(burst, PolicyBounds.burstMax)
        )
    }

    /// A rate, or `none`.
    @Sendable static func rateOrNone(_ text: String) throws -> RateChoice {
        RateChoice(rule: text == "none" ? nil : try rate(text))
    }

    /// `PATTERN=RATE`, or `PATTERN=none`.
    @Sendable static func toolRate(_ text: String) throws -> ToolRateChoice {
        guard let (pattern, rate) = pair(text), !rate.isEmpty else {
            throw ValidationError("'\(text)' must be PATTERN=RATE, such as 'write_*=10:2'")
        }
        return ToolRateChoice(pattern: pattern, rule: try rateOrNone(rate).rule)
    }

    /// What stands before and after the last `=`; nil without one, or with nothing before it.
    static func pair(_ text: String) -> (name: String, value: String)? {
        guard let mark = text.lastIndex(of: "="), mark > text.startIndex else { return nil }
        return (String(text[..<mark]), String(text[text.index(after: mark)...]))
    }

    /// A time such as `90s` or `1h` in seconds, or `0`.
    @Sendable static func seconds(_ text: String) throws -> Int64 {
        if text == "0" { return 0 }
        guard let seconds = DurationText.parse(text) else {
            throw ValidationError("'\(text)' is no time: write 90s, 15m, 1h, 7d or 0")
        }
        return seconds
    }

    @Sendable static func revision(_ text: String) throws -> RevisionNumber {
        guard let number = RevisionNumber(decimal: text), number.rawValue > 0 else {
            throw ValidationError(
                "'\(text)' is no revision: write a number of gatehouse policy history"
            )
        }
        return number
    }

    @Sendable static func onOff(_ text: String) throws -> Bool {
        switch text {
        case "on": return true
        case "off": return false
        default: throw ValidationError("'\(text)' must be on or off")
        }
    }

    /// One of the words of an enumeration.
    @Sendable static func word<Word: RawRepresentable & CaseIterable>(_ text: String) throws -> Word
    where Word.RawValue == String {
        guard let word = Word(rawValue: text) else {
            let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("'\(text)' must be one of \(words)")
        }
        return word
    }

    /// Digits only, at most nine.
    private static func wholeNumber(_ text: Substring) -> Int? {
        let isPlain =
            (1...9).contains(text.utf8.count) && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
        return isPlain ? Int(text) : nil
    }
}

/// A rate that an option sets, or takes away.
struct RateChoice: Equatable, Sendable {
    var rule: RateRule?
}

/// The rate of some tools that an option sets, or takes away.
struct ToolRateChoice: Equatable, Sendable {
    var pattern: String
    var rule: RateRule?
}
