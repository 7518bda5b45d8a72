/// Why a document is not strict JSON.
package enum JSONProblem: String, Error, CaseIterable, Sendable {
    case malformed = "malformed_json"
    case duplicateMember = "duplicate_member"
    case tooDeep = "too_deep"
}

/// Reads single tokens by RFC 8259, strictly: UTF-8 without overlong forms and surrogates,
/// escapes only in whole surrogate pairs, no control characters, no leading zeros.
enum JSONLexer {
    /// Moves `offset` over spaces, tabs and line ends.
    @inline(__always)
    static func skipBlanks(in bytes: RawSpan, at offset: inout Int) {
        while offset < bytes.byteCount, isBlank(bytes[offset]) { offset += 1 }
    }

    @inline(__always)
    private static func isBlank(_ byte: UInt8) -> Bool {
        byte <= 0x20
            && (byte == ASCII.space || byte == ASCII.lineFeed || byte == ASCII.carriageReturn
                || byte == ASCII.tab)
    }

    /// Reads the string whose first byte after the quote is at `start`.
    ///
    /// The byte at the range's upper bound is the closing quote.
    @inline(__always)
    static func string(
        in bytes: RawSpan,
        from start: Int
    ) throws(JSONProblem) -> TextRange {
        let offset = firstSpecial(in: bytes, from: start)
        if offset < bytes.byteCount, bytes[offset] == ASCII.quote {
            return TextRange(bytes: start..<offset, hasEscapes: false)
        }
        return try longString(in: bytes, from: start, at: offset)
    }

    /// `string` for one whose first special byte, at `offset`, is no quote.
    private static func longString(
        in bytes: RawSpan,
        from start: Int,
        at first: Int
    ) throws(JSONProblem) -> TextRange {
        var offset = first
        var hasEscapes = false
        while offset < bytes.byteCount {
            switch bytes[offset] {
            case ASCII.quote:
                return TextRange(bytes: start..<offset, hasEscapes: hasEscapes)
            case ASCII.backslash:
                hasEscapes = true
                offset = try endOfEscape(in: bytes, from: offset + 1)
            case 0x80...:
                offset += try UTF8Rule.length(at: offset, in: bytes)
            default:
                throw .malformed
            }
            offset = firstSpecial(in: bytes, from: offset)
        }
        throw .malformed
    }

    /// The first quote, backslash, control character or byte above 0x7F from `start` on.
    @inline(__always)
    private static func firstSpecial(in bytes: RawSpan, from start: Int) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        var offset = start
        while offset + 8 <= bytes.byteCount {
            let word = bytes.word(at: offset)
            let quotes = (word ^ (ones &* 0x22)) &- ones
            let slashes = (word ^ (ones &* 0x5C)) &- ones
            let controls = word &- ones &* 0x20
            let special = (quotes | slashes | controls | word) & 0x8080_8080_8080_8080
            // A borrow can only spoil bytes above one that is special, so the lowest is right.
            if special != 0 { return offset + special.trailingZeroBitCount / 8 }
            offset += 8
        }
        while offset < bytes.byteCount {
            let byte = bytes[offset]
            if byte < 0x20 || byte >= 0x80 || byte == ASCII.quote || byte == ASCII.backslash {
                break
            }
            offset += 1
        }
        return offset
    }

    private static func endOfEscape(
        in bytes: RawSpan,
        from offset: Int
    ) throws(JSONProblem) -> Int {
        guard offset < bytes.byteCount else { throw .malformed }
        switch bytes[offset] {
        case ASCII.quote, ASCII.backslash, ASCII.slash: return offset + 1
        // b, f, n, r, t
        case 0x62, 0x66, 0x6E, 0x72, 0x74: return offset + 1
        case 0x75: return try endOfUnicodeEscape(in: bytes, from: offset + 1)
        default: throw .malformed
        }
    }

    private static func endOfUnicodeEscape(
        in bytes: RawSpan,
        from offset: Int
    ) throws(JSONProblem) -> Int {
        guard let unit = hexUnit(in: bytes, at: offset) else { throw .malformed }
        switch unit {
        case 0xD800...0xDBFF:
            guard offset + 6 <= bytes.byteCount, bytes[offset + 4] == ASCII.backslash,
                bytes[offset + 5] == 0x75, let low = hexUnit(in: bytes, at: offset + 6),
                (0xDC00...0xDFFF).contains(low)
            else { throw .malformed }
            return offset + 10
        case 0xDC00...0xDFFF:
            throw .malformed
        default:
            return offset + 4
        }
    }

    /// The UTF-16 unit that four hexadecimal digits at `offset` stand for.
    static func hexUnit(in bytes: RawSpan, at offset: Int) -> UInt32? {
        guard offset + 4 <= bytes.byteCount else { return nil }
        var unit: UInt32 = 0
        for position in offset..<offset + 4 {
            guard let digit = ASCII.hexValue(bytes[position]) else { return nil }
            unit = unit << 4 | UInt32(digit)
        }
        return unit
    }

    /// Reads the number that begins at `start`; one too large for a double is refused.
    ///
    /// - Returns: Where it ends, and whether it has neither fraction nor exponent.
    static func number(
        in bytes: RawSpan,
        from start: Int,
        bytesMax: Int
    ) throws(JSONProblem) -> (end: Int, isInteger: Bool) {
        var offset = start
        var isInteger = true
        var hasExponent = false
        if bytes[offset] == 0x2D { offset += 1 }
        if offset < bytes.byteCount, bytes[offset] == 0x30 {
            offset += 1
        } else {
            offset = try endOfDigits(in: bytes, from: offset)
        }
        if offset < bytes.byteCount, bytes[offset] == 0x2E {
            isInteger = false
            offset = try endOfDigits(in: bytes, from: offset + 1)
        }
        if offset < bytes.byteCount, bytes[offset] | 0x20 == 0x65 {
            isInteger = false
            hasExponent = true
            offset += 1
            if offset < bytes.byteCount, bytes[offset] == 0x2B || bytes[offset] == 0x2D {
                offset += 1
            }
            offset = try endOfDigits(in: bytes, from: offset)
        }
        guard offset - start <= bytesMax else { throw .malformed }
        if hasExponent {
            guard let value = Double(bytes.text(in: start..<offset)), value.isFinite else {
                throw .malformed
            }
        }
        return (offset, isInteger)
    }

    private static func endOfDigits(
        in bytes: RawSpan,
        from start: Int
    ) throws(JSONProblem) -> Int {
        var offset = start
        while offset < bytes.byteCount, ASCII.isDigit(bytes[offset]) { offset += 1 }
        guard offset > start else { throw .malformed }
        return offset
    }

    /// Reads `true`, `false` or `null` at `start`.
    static func literal(
        in bytes: RawSpan,
        from start: Int
    ) throws(JSONProblem) -> (end: Int, kind: JSONKind) {
        switch bytes[start] {
        case 0x74 where matches("true", in: bytes, at: start): return (start + 4, .bool)
        case 0x66 where matches("false", in: bytes, at: start): return (start + 5, .bool)
        case 0x6E where matches("null", in: bytes, at: start): return (start + 4, .null)
        default: throw .malformed
        }
    }

    private static func matches(
        _ text: StaticString,
        in bytes: RawSpan,
        at start: Int
    ) -> Bool {
        let end = start + text.utf8CodeUnitCount
        return end <= bytes.byteCount && bytes.equals(text, in: start..<end)
    }
}

/// What a JSON value is.
enum JSONKind: UInt8, Sendable {
    case absent, null, bool, integer, number, string, array, object
}
