/// What the next bytes of a chunked body are.
package enum ChunkStep: Equatable, Sendable {
    /// Everything given was framing; `consumed` bytes are done with.
    case needMore(consumed: Int)
    /// A piece of the body at these offsets; go on after `consumed` bytes.
    case data(Range<Int>, consumed: Int)
    /// The body and its trailers end here; what follows belongs to the next message.
    case end(consumed: Int)
    case refused(HTTPProblem)
}

/// Unwraps one chunked body, piece by piece, by the strict reading of RFC 9112, section 7.1.
///
/// Extensions are skipped and trailer fields checked and dropped, both within bounds.
package struct ChunkedDecoder: Sendable {
    private enum State: Sendable {
        case size(UInt64, digits: Int)
        case extensions(UInt64, ChunkExtension)
        case sizeLineFeed(UInt64)
        case data(UInt64)
        case dataReturn
        case dataLineFeed
        case trailers
        case finished
        case failed(HTTPProblem)
    }

    /// One chunk, in hexadecimal digits: less than 4 GiB.
    private static let sizeDigitsMax = 8
    /// All extensions of one body.
    private static let extensionBytesMax = 4_096
    /// All trailers of one body.
    private static let trailerBytesMax = 4_096

    private var state = State.size(0, digits: 0)
    private var extensionBytes = 0
    private var trailers: [UInt8] = []
    private var trailerLines = LineScanner()

    package init() {}

    /// Reads on.
    ///
    /// - Parameters:
    ///   - bytes: A buffer that holds the next bytes of the body; need not be the one before.
    ///   - offset: Where those bytes begin.
    /// - Returns: The next step; its `consumed` counts from `offset`, its range from the buffer's
    ///   first byte. Call again with what is left after `.data`.
    package mutating func decode(_ bytes: RawSpan, from offset: Int) -> ChunkStep {
        var position = offset
        while position < bytes.byteCount {
            switch state {
            case .data(let left):
                return take(left, of: bytes, from: position, consumedBefore: position - offset)
            case .failed(let problem):
                return .refused(problem)
            case .finished:
                return .end(consumed: position - offset)
            default:
                state = step(bytes[position])
                position += 1
            }
        }
        switch state {
        case .finished: return .end(consumed: position - offset)
        case .failed(let problem): return .refused(problem)
        default: return .needMore(consumed: position - offset)
        }
    }

    private mutating func take(
        _ left: UInt64,
        of bytes: RawSpan,
        from position: Int,
        consumedBefore: Int
    ) -> ChunkStep {
        let count = min(left, UInt64(bytes.byteCount - position))
        state = left == count ? .dataReturn : .data(left - count)
        let end = position + Int(count)
        return .data(position..<end, consumed: consumedBefore + Int(count))
    }

    private mutating func step(_ byte: UInt8) -> State {
        switch state {
        case .size(let value, let digits):
            return sizeStep(byte, value: value, digits: digits)
        case .extensions(let value, let part):
            return extensionStep(byte, value: value, part: part)
        case .sizeLineFeed(let value):
            guard byte == ASCII.lineFeed else { return .failed(.bareCarriageReturn) }
            return value == 0 ? .trailers : .data(value)
        case .dataReturn:
            return byte == ASCII.carriageReturn ? .dataLineFeed : .failed(.malformedChunkEnd)
        case .dataLineFeed:
            guard byte == ASCII.lineFeed else { return .failed(.malformedChunkEnd) }
            return .size(0, digits: 0)
        case .trailers:
            return trailerStep(byte)
        case .data, .finished, .failed:
            return state
        }
    }

    private mutating func sizeStep(_ byte: UInt8, value: UInt64, digits: Int) -> State {
        if let digit = ASCII.hexValue(byte) {
            guard digits < Self.sizeDigitsMax else { return .failed(.chunkTooLarge) }
            return .size(value << 4 | UInt64(digit), digits: digits + 1)
        }
        guard digits > 0 else { return .failed(.malformedChunkSize) }
        switch byte {
        case ASCII.carriageReturn:
            return .sizeLineFeed(value)
        case ASCII.semicolon:
            return .extensions(value, ChunkExtension())
        case ASCII.lineFeed:
            return .failed(.bareLineFeed)
        default:
            return .failed(.malformedChunkSize)
        }
    }

    private mutating func extensionStep(
        _ byte: UInt8,
        value: UInt64,
        part: ChunkExtension
    ) -> State {
        if byte == ASCII.carriageReturn, part.isWhole { return .sizeLineFeed(value) }
        if byte == ASCII.lineFeed { return .failed(.bareLineFeed) }
        extensionBytes += 1
        guard extensionBytes <= Self.extensionBytesMax else {
            return .failed(.chunkExtensionsTooLarge)
        }
        var part = part
        guard part.read(byte) else { return .failed(.malformedChunkExtension) }
        return .extensions(value, part)
    }

    private mutating func trailerStep(_ byte: UInt8) -> State {
        guard trailers.count < Self.trailerBytesMax else { return .failed(.trailersTooLarge) }
        trailers.append(byte)
        return Self.trailerState(trailers, lines: &trailerLines)
    }

    private static func trailerState(_ trailers: [UInt8], lines: inout LineScanner) -> State {
        let bytes = unsafe trailers.span.bytes
        switch lines.next(in: bytes, limit: trailerBytesMax + 1) {
        case .incomplete:
            return .trailers
        case .refused(let problem):
            return .failed(problem)
        case .line(let line) where line.range.isEmpty:
            return .finished
        case .line(let line):
            return problem(in: line, of: bytes).map { .failed($0) } ?? .trailers
        }
    }

    /// A trailer that would change how the message is framed or to whom it goes is an attack.
    private static func problem(
        in line: LineScanner.Line,
        of bytes: RawSpan
    ) -> HTTPProblem? {
        do {
            let field = try FieldParser.parse(line, in: bytes)
            return field.kind == .other ? nil : .malformedTrailer
        } catch {
            return error
        }
    }
}
