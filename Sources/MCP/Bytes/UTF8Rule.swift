/// Which byte sequences are UTF-8: RFC 3629, without overlong forms, surrogates and code points
/// above U+10FFFF.
enum UTF8Rule {
    /// The length of the sequence at `offset`, 1…4.
    static func length(at offset: Int, in bytes: RawSpan) throws(JSONProblem) -> Int {
        switch bytes[offset] {
        case 0x00...0x7F: return 1
        case 0xC2...0xDF where continues(in: bytes, at: offset, second: 0x80...0xBF, count: 2):
            return 2
        case 0xE0 where continues(in: bytes, at: offset, second: 0xA0...0xBF, count: 3),
            0xED where continues(in: bytes, at: offset, second: 0x80...0x9F, count: 3):
            return 3
        case 0xE1...0xEC where continues(in: bytes, at: offset, second: 0x80...0xBF, count: 3),
            0xEE...0xEF where continues(in: bytes, at: offset, second: 0x80...0xBF, count: 3):
            return 3
        case 0xF0 where continues(in: bytes, at: offset, second: 0x90...0xBF, count: 4),
            0xF1...0xF3 where continues(in: bytes, at: offset, second: 0x80...0xBF, count: 4),
            0xF4 where continues(in: bytes, at: offset, second: 0x80...0x8F, count: 4):
            return 4
        default: throw .malformed
        }
    }

    /// Whether all of `bytes` is UTF-8.
    static func holds(for bytes: RawSpan) -> Bool {
        var offset = 0
        while offset < bytes.byteCount {
            guard let length = try? length(at: offset, in: bytes) else { return false }
            offset += length
        }
        return true
    }

    @inline(__always)
    private static func continues(
        in bytes: RawSpan,
        at offset: Int,
        second: ClosedRange<UInt8>,
        count: Int
    ) -> Bool {
        guard offset + count <= bytes.byteCount, second.contains(bytes[offset + 1]) else {
            return false
        }
        for position in offset + 2..<offset + max(count, 2)
        where bytes[position] & 0xC0 != 0x80 {
            return false
        }
        return true
    }
}
