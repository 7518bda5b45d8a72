/// Reads single variables and collects what is wrong with them.
struct SeedReader {
    private let values: [String: String]
    private(set) var problems: [SeedProblem] = []

    init(_ values: [String: String]) {
        self.values = values
    }

    private mutating func report(_ name: String, _ value: String, _ allowed: String) {
        problems.append(
            SeedProblem(
                variable: name,
                message: value.isEmpty
                    ? "is empty; \(allowed)" : "is \(Self.shown(value)); \(allowed)"
            )
        )
    }

    /// A value in a message: cut at 64 characters, and anything unprintable replaced.
    private static func shown(_ value: String) -> String {
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

    mutating func requireAPIKeyMethod(_ name: String) {
        guard let value = values[name] else { return }
        guard !value.utf8.elementsEqual("api_key".utf8) else { return }
        report(name, value, "this version accepts api_key")
    }

    /// The value is never part of a message.
    mutating func apiKey(_ name: String) -> Secret? {
        guard let value = values[name], !value.isEmpty else { return nil }
        let bytes = Array(value.utf8)
        let allowed = "allowed are 16 to \(KeyGuard.credentialBytesMax) printable ASCII characters"
        if bytes.count < 16 || bytes.count > KeyGuard.credentialBytesMax {
            problems.append(
                SeedProblem(variable: name, message: "has \(bytes.count) bytes; \(allowed)")
            )
        } else if !bytes.allSatisfy(\.isASCIIVisible) {
            problems.append(
                SeedProblem(
                    variable: name,
                    message: "has a space, a control or a non-ASCII character; \(allowed)"
                )
            )
        } else if Self.isPlaceholder(bytes) {
            problems.append(
                SeedProblem(
                    variable: name,
                    message: "is a placeholder, not a secret; set a random key, for example with"
                        + " openssl rand -hex 32, or remove the line to have one made"
                )
            )
        } else {
            return Secret(value)
        }
        return nil
    }

    /// Whether anyone could guess it: words of templates, shell text that nothing expanded, or
    /// fewer than five different characters.
    private static func isPlaceholder(_ bytes: [UInt8]) -> Bool {
        let folded = bytes.map(\.asciiFolded)
        let letters = folded.filter(\.isASCIIAlphanumeric)
        let words = [
            "yourapikey", "yoursecret", "yourkey", "changeme", "changethis", "replaceme",
            "replacethis", "placeholder", "apikeyhere", "keyhere", "secretkeyhere", "insertkey",
            "examplekey", "exampleapikey", "mysecretkey", "todo", "xxxxxxxx", "0123456789abcdef",
            "1234567890", "password",
        ]
        return words.contains { letters.contains(Array($0.utf8)) }
            || folded.starts(with: "$(".utf8) || folded.starts(with: "${".utf8)
            || folded.first == 0x60 || folded.first == 0x3C
            || Set(folded).count < 5
    }

    mutating func prefixes(_ name: String) -> [AddressPrefix]? {
        guard let value = values[name] else { return nil }
        let items = value.utf8.split(separator: 0x2C, omittingEmptySubsequences: false)
            .map(Self.trimmed)
        if items.count == 1 && items[0].isEmpty { return nil }
        var prefixes: [AddressPrefix] = []
        for item in items {
            do throws(AddressProblem) {
                let prefix = try AddressPrefix(parsing: item)
                if !prefixes.contains(prefix) { prefixes.append(prefix) }
            } catch {
                problems.append(
                    SeedProblem(
                        variable: name,
                        message: "has the entry \(Self.shown(item)): \(error.message)"
                    )
                )
            }
        }
        return prefixes
    }

    /// Without ASCII spaces and tabs around it.
    private static func trimmed(_ item: Substring.UTF8View) -> String {
        var bytes = Array(item)[...]
        while let first = bytes.first, first == 0x20 || first == 0x09 { bytes.removeFirst() }
        while let last = bytes.last, last == 0x20 || last == 0x09 { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }
}
