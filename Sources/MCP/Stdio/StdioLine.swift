/// Puts a message on one line, with some of its values replaced.
///
/// The message must have passed a strict scanner: then a line end can only stand between its
/// tokens, where a blank means the same. The separators of Unicode, which some readers take for
/// line ends and which can only stand in strings, are escaped.
package enum StdioLine {
    /// A value to put in the place of another.
    package struct Replacement: Equatable, Sendable {
        package var range: Range<Int>
        /// JSON.
        package var value: [UInt8]

        package init(_ range: Range<Int>, with value: [UInt8]) {
            self.range = range
            self.value = value
        }
    }

    /// The message on one line, without the line end.
    ///
    /// Replacements may come in any order and must not overlap; one that does is left out.
    package static func bytes(
        of message: RawSpan,
        replacing replacements: [Replacement] = []
    ) -> [UInt8] {
        var line: [UInt8] = []
        line.reserveCapacity(message.byteCount + 64)
        var offset = 0
        for replacement in replacements.sorted(by: { $0.range.lowerBound < $1.range.lowerBound })
        where replacement.range.lowerBound >= offset {
            append(message, offset..<replacement.range.lowerBound, to: &line)
            line.append(contentsOf: replacement.value)
            offset = replacement.range.upperBound
        }
        append(message, offset..<message.byteCount, to: &line)
        return line
    }

    private static func append(_ message: RawSpan, _ range: Range<Int>, to line: inout [UInt8]) {
        var offset = range.lowerBound
        while offset < range.upperBound {
            let byte = message[offset]
            switch byte {
            case ASCII.lineFeed, ASCII.carriageReturn:
                line.append(ASCII.space)
            case 0xC2 where follows([0x85], offset, in: message, range):
                line.append(contentsOf: #"\u0085"#.utf8)
                offset += 1
            case 0xE2 where follows([0x80, 0xA8], offset, in: message, range):
                line.append(contentsOf: #"\u2028"#.utf8)
                offset += 2
            case 0xE2 where follows([0x80, 0xA9], offset, in: message, range):
                line.append(contentsOf: #"\u2029"#.utf8)
                offset += 2
            default:
                line.append(byte)
            }
            offset += 1
        }
    }

    private static func follows(
        _ expected: [UInt8],
        _ offset: Int,
        in message: RawSpan,
        _ range: Range<Int>
    ) -> Bool {
        guard offset + expected.count < range.upperBound else { return false }
        return expected.indices.allSatisfy { message[offset + 1 + $0] == expected[$0] }
    }
}
