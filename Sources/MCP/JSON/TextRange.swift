/// A JSON string inside a document that a scanner has accepted.
@usableFromInline
package struct TextRange: Equatable, Sendable {
    /// Between the quotes.
    @usableFromInline package var bytes: Range<Int>
    /// Whether the bytes hold a backslash and so differ from the text they stand for.
    @usableFromInline package var hasEscapes: Bool

    package init(bytes: Range<Int>, hasEscapes: Bool) {
        self.bytes = bytes
        self.hasEscapes = hasEscapes
    }

    /// The text, with escapes decoded.
    package func text(in document: RawSpan) -> String {
        guard hasEscapes else { return document.text(in: bytes) }
        return unsafe String(unsafeUninitializedCapacity: bytes.count) { buffer in
            var decoder = EscapeDecoder(bytes)
            var count = 0
            while let byte = decoder.next(in: document) {
                unsafe buffer[count] = byte
                count += 1
            }
            return count
        }
    }

    /// Whether the text is `expected`, byte for byte once escapes are decoded.
    @inlinable @inline(__always)
    package func equals(_ expected: StaticString, in document: RawSpan) -> Bool {
        hasEscapes
            ? equalsDecoded(expected, in: document) : document.equals(expected, in: bytes)
    }

    /// `equals` for text with escapes; apart, so that the rest of it can be inlined.
    @usableFromInline
    package func equalsDecoded(_ expected: StaticString, in document: RawSpan) -> Bool {
        expected.withUTF8Buffer { expected in
            var decoder = EscapeDecoder(bytes)
            for index in 0..<expected.count {
                guard unsafe decoder.next(in: document) == expected[index] else { return false }
            }
            return decoder.next(in: document) == nil
        }
    }

    /// Whether the text is `range` of `other`, byte for byte once escapes are decoded.
    package func equals(
        _ range: Range<Int>,
        of other: RawSpan,
        in document: RawSpan
    ) -> Bool {
        guard hasEscapes else { return document.equals(bytes, of: other, in: range) }
        var decoder = EscapeDecoder(bytes)
        for offset in range {
            guard decoder.next(in: document) == other[offset] else { return false }
        }
        return decoder.next(in: document) == nil
    }

    /// Whether two strings of one document stand for the same text.
    func hasSameText(as other: TextRange, in document: RawSpan) -> Bool {
        if !other.hasEscapes { return equals(other.bytes, of: document, in: document) }
        if !hasEscapes { return other.equals(bytes, of: document, in: document) }
        var left = EscapeDecoder(bytes)
        var right = EscapeDecoder(other.bytes)
        while true {
            let byte = left.next(in: document)
            guard byte == right.next(in: document) else { return false }
            if byte == nil { return true }
        }
    }
}

/// Turns the inside of a JSON string that a scanner has accepted into UTF-8, byte by byte.
struct EscapeDecoder {
    private var offset: Int
    private let end: Int
    /// Bytes of a decoded escape still to be given out, the next one lowest.
    private var pending: UInt32 = 0
    private var pendingCount = 0

    init(_ range: Range<Int>) {
        offset = range.lowerBound
        end = range.upperBound
    }

    /// The next byte of the text; nil at its end.
    mutating func next(in document: RawSpan) -> UInt8? {
        if pendingCount > 0 {
            defer {
                pending >>= 8
                pendingCount -= 1
            }
            return UInt8(truncatingIfNeeded: pending)
        }
        guard offset < end else { return nil }
        let byte = document[offset]
        offset += 1
        guard byte == ASCII.backslash, offset < end else { return byte }
        let letter = document[offset]
        offset += 1
        switch letter {
        case 0x62: return 0x08
        case 0x66: return 0x0C
        case 0x6E: return ASCII.lineFeed
        case 0x72: return ASCII.carriageReturn
        case 0x74: return ASCII.tab
        case 0x75: return decodedUnicode(in: document)
        default: return letter
        }
    }

    private mutating func decodedUnicode(in document: RawSpan) -> UInt8? {
        var scalar = JSONLexer.hexUnit(in: document, at: offset) ?? 0xFFFD
        offset += 4
        if (0xD800...0xDBFF).contains(scalar) {
            let low = JSONLexer.hexUnit(in: document, at: offset + 2) ?? 0xDC00
            scalar = 0x1_0000 + (scalar - 0xD800) << 10 + (low & 0x3FF)
            offset += 6
        }
        guard let encoded = Unicode.Scalar(scalar).flatMap(UTF8.encode) else { return 0x3F }
        var bytes = encoded.makeIterator()
        let first = bytes.next()
        pendingCount = 0
        while let byte = bytes.next() {
            pending |= UInt32(byte) << UInt32(8 * pendingCount)
            pendingCount += 1
        }
        return first
    }
}
