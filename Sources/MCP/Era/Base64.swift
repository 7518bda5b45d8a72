/// Standard base64 with padding, read so strictly that every value has one spelling.
package enum Base64 {
    /// The bytes that `range` encodes; nil for a wrong alphabet, length or padding, and for
    /// trailing bits that are not zero.
    package static func decode(_ range: Range<Int>, in bytes: RawSpan) -> [UInt8]? {
        guard range.count % 4 == 0 else { return nil }
        var decoded: [UInt8] = []
        decoded.reserveCapacity(range.count / 4 * 3)
        for start in stride(from: range.lowerBound, to: range.upperBound, by: 4) {
            let padding =
                start + 4 == range.upperBound ? paddingCount(endingAt: start + 4, in: bytes) : 0
            var group: UInt32 = 0
            for offset in start..<start + 4 - padding {
                guard let digit = digit(bytes[offset]) else { return nil }
                group = group << 6 | digit
            }
            group <<= UInt32(6 * padding)
            let unused: UInt32 = (1 << UInt32(8 * padding)) - 1
            guard group & unused == 0 else { return nil }
            for index in 0..<3 - padding {
                decoded.append(UInt8(truncatingIfNeeded: group >> UInt32(16 - 8 * index)))
            }
        }
        return decoded
    }

    /// What `decode` reads back as `bytes`.
    package static func encode(_ bytes: [UInt8]) -> String {
        var text = ""
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let part = bytes[start..<min(start + 3, bytes.count)]
            let group =
                part.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - part.count))
            for index in 0..<4 {
                let digit = UInt8(group >> UInt32(18 - 6 * index) & 0x3F)
                text.unicodeScalars.append(
                    Unicode.Scalar(index <= part.count ? letter(digit) : 0x3D)
                )
            }
        }
        return text
    }

    private static func letter(_ digit: UInt8) -> UInt8 {
        switch digit {
        case 0..<26: digit + 0x41
        case 26..<52: digit - 26 + 0x61
        case 52..<62: digit - 52 + 0x30
        case 62: 0x2B
        default: 0x2F
        }
    }

    private static func paddingCount(endingAt end: Int, in bytes: RawSpan) -> Int {
        guard bytes[end - 1] == 0x3D else { return 0 }
        return bytes[end - 2] == 0x3D ? 2 : 1
    }

    private static func digit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case 0x41...0x5A: UInt32(byte - 0x41)
        case 0x61...0x7A: UInt32(byte - 0x61 + 26)
        case 0x30...0x39: UInt32(byte - 0x30 + 52)
        case 0x2B: 62
        case 0x2F: 63
        default: nil
        }
    }
}
