/// Where the parts of a container stand, in a document that has been accepted as strict JSON.
///
/// On anything that is not such a document it stops and returns what it has found so far.
enum JSONOutline {
    /// One member of an object.
    struct Member {
        var key: TextRange
        var value: Range<Int>
    }

    /// The members of the object that `range` holds, in their order; none for anything else.
    static func members(of range: Range<Int>, in bytes: RawSpan) -> [Member] {
        var members: [Member] = []
        guard var offset = inside(range, opening: 0x7B, in: bytes) else { return members }
        while offset < range.upperBound, bytes[offset] == ASCII.quote,
            let key = try? JSONLexer.string(in: bytes, from: offset + 1)
        {
            offset = key.bytes.upperBound + 1
            JSONLexer.skipBlanks(in: bytes, at: &offset)
            guard offset < range.upperBound, bytes[offset] == ASCII.colon else { break }
            offset += 1
            guard let value = value(at: &offset, in: bytes) else { break }
            members.append(Member(key: key, value: value))
            guard skipComma(at: &offset, in: bytes) else { break }
        }
        return members
    }

    /// The elements of the array that `range` holds; none for anything else.
    static func elements(of range: Range<Int>, in bytes: RawSpan) -> [Range<Int>] {
        var elements: [Range<Int>] = []
        guard var offset = inside(range, opening: 0x5B, in: bytes) else { return elements }
        while offset < range.upperBound, bytes[offset] != 0x5D,
            let value = value(at: &offset, in: bytes)
        {
            elements.append(value)
            guard skipComma(at: &offset, in: bytes) else { break }
        }
        return elements
    }

    /// Where the value stands that the whole document is, without white space around it.
    static func document(_ bytes: RawSpan) -> Range<Int>? {
        var offset = 0
        return value(at: &offset, in: bytes)
    }

    /// The offset of the first byte inside a container.
    private static func inside(
        _ range: Range<Int>,
        opening: UInt8,
        in bytes: RawSpan
    ) -> Int? {
        guard let first = range.first, bytes[first] == opening else { return nil }
        var offset = first + 1
        JSONLexer.skipBlanks(in: bytes, at: &offset)
        return offset
    }

    private static func skipComma(at offset: inout Int, in bytes: RawSpan) -> Bool {
        JSONLexer.skipBlanks(in: bytes, at: &offset)
        guard offset < bytes.byteCount, bytes[offset] == ASCII.comma else { return false }
        offset += 1
        JSONLexer.skipBlanks(in: bytes, at: &offset)
        return true
    }

    /// Reads over one value; a container by counting brackets outside strings.
    private static func value(at offset: inout Int, in bytes: RawSpan) -> Range<Int>? {
        JSONLexer.skipBlanks(in: bytes, at: &offset)
        let start = offset
        var depth = 0
        repeat {
            guard offset < bytes.byteCount else { return nil }
            switch bytes[offset] {
            case ASCII.quote:
                guard let text = try? JSONLexer.string(in: bytes, from: offset + 1) else {
                    return nil
                }
                offset = text.bytes.upperBound + 1
            case 0x7B, 0x5B:
                depth += 1
                offset += 1
            case 0x7D, 0x5D:
                depth -= 1
                offset += 1
            default:
                offset = endOfScalar(from: offset, in: bytes)
            }
        } while depth > 0
        return depth == 0 && offset > start ? start..<offset : nil
    }

    /// One byte on at least; to the end of a number or a literal.
    private static func endOfScalar(from start: Int, in bytes: RawSpan) -> Int {
        var offset = start
        while offset < bytes.byteCount, isScalarByte(bytes[offset]) { offset += 1 }
        return max(offset, start + 1)
    }

    private static func isScalarByte(_ byte: UInt8) -> Bool {
        ASCII.isDigit(byte) || ASCII.folded(byte) &- 0x61 < 26 || byte == 0x2B || byte == 0x2D
            || byte == 0x2E
    }
}
