/// Finds the ends of lines in a growing buffer, looking at every byte once.
///
/// A line ends with CR LF and nothing else; the only control character inside one is a tab.
struct LineScanner: Sendable {
    /// What was found in the bytes so far.
    enum Outcome {
        case incomplete
        case line(Line)
        case refused(HTTPProblem)
    }

    /// A whole line, and what a field parser asks of it first.
    struct Line: Equatable {
        /// The line's bytes, without its end; the next line begins two bytes after.
        let range: Range<Int>
        /// The first colon; the end of the line when there is none.
        let colon: Int
        let isASCII: Bool
    }

    /// Where the line that is being read begins.
    private(set) var lineStart = 0
    private var scanned = 0
    /// Negative while the line has shown none.
    private var colon = -1
    /// Every eight bytes of the line, or-ed together.
    private var union: UInt64 = 0

    mutating func next(in bytes: RawSpan, limit: Int) -> Outcome {
        let end = min(bytes.byteCount, limit)
        while true {
            scanned = controlOffset(in: bytes, from: scanned, to: end)
            guard scanned < end else {
                return bytes.byteCount < limit ? .incomplete : .refused(.headTooLarge)
            }
            switch bytes[scanned] {
            case ASCII.carriageReturn: return endOfLine(in: bytes, limit: limit)
            case ASCII.lineFeed: return .refused(.bareLineFeed)
            case ASCII.tab: scanned += 1
            default: return .refused(.controlCharacter)
            }
        }
    }

    @inline(__always)
    private mutating func endOfLine(in bytes: RawSpan, limit: Int) -> Outcome {
        guard scanned + 1 < limit else { return .refused(.headTooLarge) }
        guard scanned + 1 < bytes.byteCount else { return .incomplete }
        guard bytes[scanned + 1] == ASCII.lineFeed else { return .refused(.bareCarriageReturn) }
        let line = Line(
            range: lineStart..<scanned,
            colon: colon < 0 ? scanned : colon,
            isASCII: union & Lanes.tops == 0
        )
        lineStart = scanned + 2
        scanned = lineStart
        colon = -1
        union = 0
        return .line(line)
    }

    /// The first byte below 0x20 or equal to 0x7F; `end` when there is none.
    ///
    /// Takes note of the colon and of what is no ASCII on the way.
    @inline(__always)
    private mutating func controlOffset(in bytes: RawSpan, from start: Int, to end: Int) -> Int {
        var (offset, colon, union) = (start, colon, union)
        var controls: UInt64 = 0
        while offset + 8 <= end {
            var word = bytes.word(at: offset)
            controls = Self.controls(in: word)
            // What comes after the first control belongs to another line.
            if controls != 0 { word &= (controls & (0 &- controls)) &>> 7 &- 1 }
            union |= word
            if colon < 0 { colon = Self.colonOffset(in: word, at: offset) }
            guard controls == 0 else { break }
            offset += 8
        }
        if controls != 0 {
            offset += controls.trailingZeroBitCount / 8
        } else {
            while offset < end, bytes[offset] >= 0x20, bytes[offset] != 0x7F {
                union |= UInt64(bytes[offset])
                if colon < 0, bytes[offset] == ASCII.colon { colon = offset }
                offset += 1
            }
        }
        (self.colon, self.union) = (colon, union)
        return offset
    }

    /// Where the first colon of the eight bytes at `offset` is; -1 when there is none.
    @inline(__always)
    private static func colonOffset(in word: UInt64, at offset: Int) -> Int {
        let colons = Lanes.equal(word, to: ASCII.colon)
        return colons == 0 ? -1 : offset + colons.trailingZeroBitCount / 8
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
