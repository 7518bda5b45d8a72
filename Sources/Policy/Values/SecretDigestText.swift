import MCP

extension SecretDigest: CustomStringConvertible {
    /// Takes exactly 32 bytes, as SHA-256 gives them; nil for any other number.
    package init?(bytes: RawSpan) {
        guard bytes.byteCount == 32 else { return nil }
        func word(_ index: Int) -> UInt64 {
            (0..<8).reduce(0) { $0 << 8 | UInt64(bytes[index * 8 + $1]) }
        }
        self.init(words: (word(0), word(1), word(2), word(3)))
    }

    /// Takes exactly 32 bytes; nil for any other number.
    package init?(bytes: [UInt8]) {
        self.init(bytes: unsafe bytes.span.bytes)
    }

    /// Takes exactly 64 lower-case hexadecimal digits.
    package init?(hex: String) {
        let digits = Array(hex.utf8.prefix(65))
        guard digits.count == 64 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(32)
        for index in stride(from: 0, to: 64, by: 2) {
            guard let upper = digits[index].hexadecimalDigit,
                let lower = digits[index + 1].hexadecimalDigit,
                digits[index].asciiFolded == digits[index],
                digits[index + 1].asciiFolded == digits[index + 1]
            else { return nil }
            bytes.append(upper << 4 | lower)
        }
        self.init(bytes: bytes)
    }

    package var description: String {
        let (first, second, third, fourth) = words
        return [first, second, third, fourth].map { word in
            let text = String(word, radix: 16)
            return String(repeating: "0", count: 16 - text.utf8.count) + text
        }.joined()
    }
}

extension SecretDigest: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let digest = Self(hex: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "not 64 lower-case hexadecimal digits"
            )
        }
        self = digest
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
