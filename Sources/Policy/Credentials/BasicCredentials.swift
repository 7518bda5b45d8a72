import MCP

/// A user and a password as RFC 7617 sends them: base64 of `USER:PASSWORD` in UTF-8.
package struct BasicCredentials: Equatable, Sendable {
    /// The longest encoded text that is looked at, in bytes.
    package static let encodedBytesMax = 768

    /// At least one byte and no colon.
    package let user: [UInt8]
    /// At least one byte; may hold colons.
    package let password: [UInt8]

    /// Decodes the bytes in `range`; nil for anything that two readers could read differently.
    ///
    /// The base64 must be canonical and padded, the text UTF-8 without control characters. The
    /// first colon ends the user.
    package init?(decoding range: Range<Int>, of bytes: RawSpan) {
        guard (1...Self.encodedBytesMax).contains(range.count),
            let text = Base64.decode(range, of: bytes), Self.isPlainText(text),
            let colon = text.firstIndex(of: ASCII.colon), colon > 0, colon + 1 < text.count
        else { return nil }
        user = Array(text[..<colon])
        password = Array(text[(colon + 1)...])
    }

    private static func isPlainText(_ text: [UInt8]) -> Bool {
        guard let text = String(validating: text, as: UTF8.self) else { return false }
        return text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    }
}

/// RFC 4648, section 4, without leniency.
private enum Base64 {
    /// Nil for other characters, white space, missing padding, or bits that are set after the end.
    static func decode(_ range: Range<Int>, of bytes: RawSpan) -> [UInt8]? {
        guard range.count.isMultiple(of: 4) else { return nil }
        var end = range.upperBound
        while end > range.lowerBound, end > range.upperBound - 2, bytes[end - 1] == padding {
            end -= 1
        }
        var decoded: [UInt8] = []
        decoded.reserveCapacity(range.count / 4 * 3)
        var bits: UInt32 = 0
        var bitCount: UInt32 = 0
        for offset in range.lowerBound..<end {
            guard let value = value(of: bytes[offset]) else { return nil }
            bits = bits << 6 | UInt32(value)
            bitCount += 6
            guard bitCount >= 8 else { continue }
            bitCount -= 8
            decoded.append(UInt8(truncatingIfNeeded: bits >> bitCount))
            bits &= (1 << bitCount) - 1
        }
        return bits == 0 ? decoded : nil
    }

    private static let padding = UInt8(ascii: "=")

    private static func value(of byte: UInt8) -> UInt8? {
        switch byte {
        case 0x41...0x5A: byte - 0x41
        case 0x61...0x7A: byte - 0x61 + 26
        case 0x30...0x39: byte - 0x30 + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
