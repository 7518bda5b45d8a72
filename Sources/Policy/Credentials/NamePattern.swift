import MCP

/// A name with `*` for any number of bytes, compiled for matching in linear time.
///
/// What stands between two stars is looked for from the left, each piece after the one before it,
/// by the algorithm of Knuth, Morris and Pratt: no input makes it look at a byte again and again.
struct NamePattern: Sendable {
    private let prefix: [UInt8]
    /// Nil when there is no star, and the prefix is the whole name.
    private let suffix: [UInt8]?
    private let pieces: [Needle]

    init(_ pattern: String) {
        let parts = Array(pattern.utf8)
            .split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false)
            .map(Array.init)
        prefix = parts.first ?? []
        suffix = parts.count > 1 ? parts.last : nil
        pieces = parts.dropFirst().dropLast().filter { !$0.isEmpty }.map(Needle.init)
    }

    func matches(_ name: RawSpan) -> Bool {
        guard let suffix else { return name.byteCount == prefix.count && begins(name) }
        var offset = prefix.count
        let end = name.byteCount - suffix.count
        guard offset <= end, begins(name), Self.holds(suffix, at: end, of: name) else {
            return false
        }
        for piece in pieces {
            guard let next = piece.end(in: name, offset..<end) else { return false }
            offset = next
        }
        return true
    }

    private func begins(_ name: RawSpan) -> Bool {
        name.byteCount >= prefix.count && Self.holds(prefix, at: 0, of: name)
    }

    private static func holds(_ part: [UInt8], at offset: Int, of name: RawSpan) -> Bool {
        part.indices.allSatisfy { name[offset + $0] == part[$0] }
    }
}

/// Bytes to look for, with how far a search falls back after each of them.
private struct Needle: Sendable {
    private let bytes: [UInt8]
    /// For every position, the length of the longest proper prefix that also ends there.
    private let borders: [Int]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        var borders = [0]
        for byte in bytes.dropFirst() {
            borders.append(Self.advance(borders[borders.count - 1], by: byte, bytes, borders))
        }
        self.borders = borders
    }

    /// Where its first occurrence in `range` ends; nil when there is none.
    func end(in name: RawSpan, _ range: Range<Int>) -> Int? {
        var count = 0
        for offset in range {
            count = Self.advance(count, by: name[offset], bytes, borders)
            if count == bytes.count { return offset + 1 }
        }
        return nil
    }

    /// How many bytes of `bytes` match after one more, when `count` did before it.
    private static func advance(
        _ count: Int,
        by byte: UInt8,
        _ bytes: [UInt8],
        _ borders: [Int]
    ) -> Int {
        var count = count
        while count > 0, bytes[count] != byte { count = borders[count - 1] }
        return bytes[count] == byte ? count + 1 : 0
    }
}
