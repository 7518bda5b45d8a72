import MCP
import NIOCore

/// Takes the body of one response out of its framing, piece by piece as it comes.
struct ResponseBody {
    enum Step: Equatable {
        case needMore, complete, refused
    }

    private let framing: BodyFraming
    private var remaining: Int
    private var decoder = ChunkedDecoder()

    init(_ framing: BodyFraming) {
        self.framing = framing
        if case .length(let count) = framing { remaining = count } else { remaining = 0 }
    }

    var endsWithConnection: Bool {
        if case .untilClose = framing { true } else { false }
    }

    mutating func advance(_ unread: inout ByteBuffer, _ take: (RawSpan) -> Void) -> Step {
        switch framing {
        case .none:
            return .complete
        case .length:
            let count = min(remaining, unread.readableBytes)
            hand(count, of: &unread, to: take)
            remaining -= count
            return remaining == 0 ? .complete : .needMore
        case .untilClose:
            hand(unread.readableBytes, of: &unread, to: take)
            return .needMore
        case .chunked:
            return advanceChunked(&unread, take)
        }
    }

    private func hand(_ count: Int, of unread: inout ByteBuffer, to take: (RawSpan) -> Void) {
        guard count > 0 else { return }
        take(unread.readableBytesSpan.extracting(0..<count))
        unread.moveReaderIndex(forwardBy: count)
    }

    private mutating func advanceChunked(
        _ unread: inout ByteBuffer,
        _ take: (RawSpan) -> Void
    ) -> Step {
        let source = unread
        let bytes = source.readableBytesSpan
        var offset = 0
        defer { unread.moveReaderIndex(forwardBy: offset) }
        while offset < bytes.byteCount {
            switch decoder.decode(bytes, from: offset) {
            case .needMore(let consumed):
                offset += consumed
                return .needMore
            case .data(let range, let consumed):
                take(bytes.extracting(range))
                offset += consumed
            case .end(let consumed):
                offset += consumed
                return .complete
            case .refused:
                return .refused
            }
        }
        return .needMore
    }
}
