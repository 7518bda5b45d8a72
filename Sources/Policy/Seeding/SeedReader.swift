/// Reads single variables and collects what is wrong with them.
struct SeedReader {
    private let values: [String: String]
    private(set) var problems: [SeedProblem] = []
    /// What can be obeyed, but should not be without a word.
    private(set) var warnings: [String] = []

    init(_ values: [String: String]) {
        self.values = values
    }

    /// Nil when it is not set.
    func value(_ name: String) -> String? { values[name] }

    mutating func report(_ problem: SeedProblem) {
        problems.append(problem)
    }

    mutating func warn(_ sentence: String) {
        warnings.append(sentence)
    }

    mutating func report(_ name: String, _ value: String, _ allowed: String) {
        problems.append(
            SeedProblem(
                variable: name,
                message: value.isEmpty
                    ? "is empty; \(allowed)" : "is \(Self.shown(value)); \(allowed)"
            )
        )
    }

    /// A value in a message: cut at 64 characters, and anything unprintable replaced.
    static func shown(_ value: String) -> String {
        let scalars = value.unicodeScalars.prefix(64).map { scalar in
            scalar.value > 0x20 && scalar.value < 0x7F || scalar == " " ? Character(scalar) : "?"
        }
        return "\"" + String(scalars) + (value.unicodeScalars.count > 64 ? "…" : "") + "\""
    }

    mutating func bool(_ name: String) -> Bool? {
        guard let value = values[name] else { return nil }
        switch value.utf8.map(\.asciiFolded) {
        case Array("true".utf8), Array("1".utf8), Array("yes".utf8), Array("on".utf8):
            return true
        case Array("false".utf8), Array("0".utf8), Array("no".utf8), Array("off".utf8):
            return false
        default:
            report(name, value, "allowed are true, false, 1, 0, yes, no, on and off")
            return nil
        }
    }

    mutating func integer(_ name: String, in range: ClosedRange<Int>) -> Int? {
        guard let value = values[name] else { return nil }
        if let number = StrictDecimal.parse(Array(value.utf8), limit: Int64(range.upperBound)),
            number >= range.lowerBound
        {
            return Int(number)
        }
        report(
            name,
            value,
            "allowed is a whole number from \(range.lowerBound) to \(range.upperBound)"
        )
        return nil
    }

    mutating func host(_ name: String) -> String? {
        guard let value = values[name] else { return nil }
        if IPAddress(parsing: value) != nil { return value }
        if let host = HostPort(Array(value.utf8)), host.port == nil, host.address == nil,
            host.isPlain
        {
            return value
        }
        report(name, value, "allowed is an address such as 127.0.0.1 or a lower-case host name")
        return nil
    }

    /// One of a few words, byte for byte.
    mutating func word<Word: RawRepresentable & CaseIterable>(_ name: String) -> Word?
    where Word.RawValue == String {
        guard let value = values[name] else { return nil }
        let known = Word.allCases.first { $0.rawValue.utf8.elementsEqual(value.utf8) }
        if known == nil {
            let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
            report(name, value, "allowed are \(words)")
        }
        return known
    }
}
