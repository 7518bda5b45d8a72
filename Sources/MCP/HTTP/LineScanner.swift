/// Finds the ends of lines in a growing buffer, looking at every byte once.
///
/// A line ends with CR LF and nothing else; the only control character inside one is a tab.
struct LineScanner: Sendable {
    /// What was found in the bytes so far.
    enum Outcome {
        case incomplete
        /// The line's bytes, without its end; the next line begins two bytes after.
        case line(Range<Int>)
        case refused(HTTPProblem)
    }

    /// Where the line that is being read begins.
    private(set) var lineStart = 0
    private var scanned = 0

    mutating func next(in bytes: RawSpan, limit: Int) -> Outcome {
        let end = min(bytes.byteCount, limit)
        var offset = scanned
        while true {
            offset = Self.firstControl(in: bytes, from: offset, to: end)
            guard offset < end else {
                scanned = offset
                return bytes.byteCount < limit ? .incomplete : .refused(.headTooLarge)
            }
            if bytes[offset] != ASCII.tab { break }
            offset += 1
        }
        scanned = offset
        switch bytes[offset] {
        case ASCII.lineFeed: return .refused(.bareLineFeed)
        case ASCII.carriageReturn: return endOfLine(at: offset, in: bytes, limit: limit)
        default: return .refused(.controlCharacter)
        }
    }

    private mutating func endOfLine(at offset: Int, in bytes: RawSpan, limit: Int) -> Outcome {
        guard offset + 1 < limit else { return .refused(.headTooLarge) }
        guard offset + 1 < bytes.byteCount else { return .incomplete }
        guard bytes[offset + 1] == ASCII.lineFeed else { return .refused(.bareCarriageReturn) }
        let line = lineStart..<offset
        lineStart = offset + 2
        scanned = lineStart
        return .line(line)
    }

    /// The first byte below 0x20 or equal to 0x7F; `end` when there is none.
    private static func firstControl(in bytes: RawSpan, from start: Int, to end: Int) -> Int {
        var offset = start
        while offset + 8 <= end {
            let controls = controls(in: bytes.word(at: offset))
            guard controls == 0 else { return offset + controls.trailingZeroBitCount / 8 }
            offset += 8
        }
        while offset < end, bytes[offset] >= 0x20, bytes[offset] != 0x7F {
            offset += 1
        }
        return offset
    }

    /// Marks those of eight bytes that are below 0x20 or equal to 0x7F; may be wrong only by
    /// marking a byte above another that is.
    @inline(__always)
    private static func controls(in word: UInt64) -> UInt64 {
        let below = (word &- Lanes.ones &* 0x20) & ~word
        let deletes = word ^ (Lanes.ones &* 0x7F)
        return (below | ((deletes &- Lanes.ones) & ~deletes)) & Lanes.tops
    }
}
