/// The parameters of a request target, strictly read.
struct RequestQuery: Equatable {
    private(set) var values: [String: String] = [:]

    /// - Parameters:
    ///   - text: What follows the `?`; nil for a target without one.
    ///   - names: The parameters that the route has.
    /// - Throws: `.invalidRequest` for an unknown or repeated parameter and for bad escapes.
    init(_ text: Substring?, allowing names: Set<String>) throws(AdminError) {
        guard let text, !text.isEmpty else { return }
        for pair in text.utf8.split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: false)
        {
            let halves = pair.split(
                separator: UInt8(ascii: "="),
                maxSplits: 1,
                omittingEmptySubsequences: false
            )
            guard halves.count == 2, let name = PercentCoding.decode(halves[0]),
                let value = PercentCoding.decode(halves[1])
            else {
                throw AdminError(.invalidRequest, "The query is not of the form name=value&….")
            }
            guard names.contains(name) else {
                throw AdminError(
                    .invalidRequest,
                    "There is no parameter \"\(name.prefix(64))\" here."
                )
            }
            guard values.updateValue(value, forKey: name) == nil else {
                throw AdminError(.invalidRequest, "The parameter \"\(name)\" is there twice.")
            }
        }
    }

    subscript(name: String) -> String? { values[name] }

    /// - Throws: `.invalidRequest` when it is there and is no number.
    func number(_ name: String) throws(AdminError) -> UInt64? {
        guard let text = values[name] else { return nil }
        guard let number = UInt64(strictDecimal: text) else {
            throw AdminError(.invalidRequest, "The parameter \"\(name)\" must be a whole number.")
        }
        return number
    }

    /// The page size: 1…1,000.
    func limit(default standard: Int) throws(AdminError) -> Int {
        guard let number = try number("limit") else { return standard }
        guard (1...1000).contains(number) else {
            throw AdminError(.invalidRequest, "The parameter \"limit\" must be 1 to 1000.")
        }
        return Int(number)
    }
}

/// Percent-encoding after [RFC 3986](https://www.rfc-editor.org/rfc/rfc3986#section-2.1).
enum PercentCoding {
    private static let digits = Array("0123456789ABCDEF".utf8)

    /// Every byte but letters, digits and `-._~` escaped.
    static func encode(_ text: String) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if isUnreserved(byte) {
                bytes.append(byte)
            } else {
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// - Returns: Nil for a broken escape or bytes that are not UTF-8.
    static func decode(_ text: some Sequence<UInt8>) -> String? {
        var bytes: [UInt8] = []
        var source = text.makeIterator()
        while let byte = source.next() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = source.next().flatMap(nibble), let low = source.next().flatMap(nibble)
            else { return nil }
            bytes.append(high << 4 | low)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "_"), UInt8(ascii: "~"):
            true
        default: false
        }
    }

    private static func nibble(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
