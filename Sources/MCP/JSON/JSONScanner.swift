/// Takes note of values while a document is scanned.
protocol JSONCapture {
    /// What to note the member `key` of an object in `scope` as; 0 for nothing.
    static func slot(for key: TextRange, in scope: UInt8, of document: RawSpan) -> UInt8

    /// The scope of a container that is the value of `slot`; 0 for one whose members do not matter.
    static func scope(of slot: UInt8) -> UInt8

    /// Notes a finished value; a string's range has its quotes.
    mutating func note(_ slot: UInt8, kind: JSONKind, range: Range<Int>, hasEscapes: Bool)
}

/// Checks whole documents, each in a single pass, without recursion.
///
/// Nothing is allocated unless an object has more than 16 members. One scanner can read one
/// document after the other, which saves clearing its memory for each.
struct JSONScanner<Capture: JSONCapture & Sendable>: Sendable {
    private struct Frame: Sendable {
        var start: Int32 = 0
        var keys = KeyLedger.Scope.none
        var slot: UInt8 = 0
        var scope: UInt8 = 0
        var isObject = false
    }

    private(set) var capture: Capture
    private let empty: Capture
    private let root: UInt8
    private let limits: MessageLimits
    private var frames = InlineArray<64, Frame>(repeating: Frame())
    private var depth = 0
    private var keys = KeyLedger()
    private var offset = 0
    /// What the value that comes next is noted as.
    private var slot: UInt8

    /// - Parameters:
    ///   - capture: What every document begins with.
    ///   - limits: Depth and length of numbers.
    ///   - slot: What the document itself is noted as.
    init(capture: Capture, limits: MessageLimits, slot: UInt8) {
        self.capture = capture
        self.limits = limits
        self.slot = slot
        empty = capture
        root = slot
    }

    mutating func scan(_ bytes: RawSpan) throws(JSONProblem) {
        capture = empty
        slot = root
        depth = 0
        offset = 0
        keys.removeAll()
        guard bytes.byteCount < Int(Int32.max) else { throw .malformed }
        repeat {
            JSONLexer.skipBlanks(in: bytes, at: &offset)
            guard offset < bytes.byteCount else { throw .malformed }
            let isOpen = try value(in: bytes)
            if !isOpen { try closeFrames(in: bytes) }
        } while depth > 0
        JSONLexer.skipBlanks(in: bytes, at: &offset)
        guard offset == bytes.byteCount else { throw .malformed }
    }

    /// Reads a scalar, an empty container, or the opening of one with something inside.
    ///
    /// - Returns: Whether a container was opened and its first value comes next.
    @inline(__always)
    private mutating func value(in bytes: RawSpan) throws(JSONProblem) -> Bool {
        let start = offset
        switch bytes[start] {
        case ASCII.quote:
            let text = try JSONLexer.string(in: bytes, from: start + 1)
            offset = text.bytes.upperBound + 1
            note(.string, from: start, hasEscapes: text.hasEscapes)
        case 0x7B, 0x5B:
            return try open(isObject: bytes[start] == 0x7B, in: bytes)
        case 0x2D, 0x30...0x39:
            let number = try JSONLexer.number(
                in: bytes,
                from: start,
                bytesMax: limits.numberBytesMax
            )
            offset = number.end
            note(number.isInteger ? .integer : .number, from: start)
        default:
            let literal = try JSONLexer.literal(in: bytes, from: start)
            offset = literal.end
            note(literal.kind, from: start)
        }
        return false
    }

    @inline(__always)
    private mutating func note(_ kind: JSONKind, from start: Int, hasEscapes: Bool = false) {
        guard slot != 0 else { return }
        capture.note(slot, kind: kind, range: start..<offset, hasEscapes: hasEscapes)
    }

    @inline(__always)
    private mutating func open(
        isObject: Bool,
        in bytes: RawSpan
    ) throws(JSONProblem) -> Bool {
        guard depth < limits.depthMax else { throw .tooDeep }
        frames[depth] = Frame(
            start: Int32(truncatingIfNeeded: offset),
            keys: keys.open(),
            slot: slot,
            scope: isObject && slot != 0 ? Capture.scope(of: slot) : 0,
            isObject: isObject
        )
        depth += 1
        offset += 1
        JSONLexer.skipBlanks(in: bytes, at: &offset)
        guard offset < bytes.byteCount else { throw .malformed }
        if bytes[offset] == (isObject ? 0x7D : 0x5D) { return false }
        slot = 0
        if isObject { try member(in: bytes) }
        return true
    }

    /// After a value: closes what ends here and goes on to the next value, if there is one.
    @inline(__always)
    private mutating func closeFrames(in bytes: RawSpan) throws(JSONProblem) {
        while depth > 0 {
            JSONLexer.skipBlanks(in: bytes, at: &offset)
            guard offset < bytes.byteCount else { throw .malformed }
            let frame = frames[depth - 1]
            let byte = bytes[offset]
            offset += 1
            if byte == (frame.isObject ? 0x7D : 0x5D) {
                depth -= 1
                keys.close(frame.keys)
                slot = frame.slot
                note(frame.isObject ? .object : .array, from: Int(frame.start))
                continue
            }
            guard byte == ASCII.comma else { throw .malformed }
            slot = 0
            if frame.isObject {
                JSONLexer.skipBlanks(in: bytes, at: &offset)
                try member(in: bytes)
            }
            return
        }
    }

    /// Reads a key and its colon.
    @inline(__always)
    private mutating func member(in bytes: RawSpan) throws(JSONProblem) {
        guard offset < bytes.byteCount, bytes[offset] == ASCII.quote else { throw .malformed }
        let key = try JSONLexer.string(in: bytes, from: offset + 1)
        offset = key.bytes.upperBound + 1
        JSONLexer.skipBlanks(in: bytes, at: &offset)
        guard offset < bytes.byteCount, bytes[offset] == ASCII.colon else { throw .malformed }
        offset += 1
        guard keys.insert(key, into: &frames[depth - 1].keys, of: bytes) else {
            throw .duplicateMember
        }
        let scope = frames[depth - 1].scope
        slot = scope == 0 ? 0 : Capture.slot(for: key, in: scope, of: bytes)
    }
}
