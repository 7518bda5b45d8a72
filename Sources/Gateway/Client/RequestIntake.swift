import MCP
import NIOCore

/// The bytes of one client that no request has claimed yet, and the parser over them.
struct RequestIntake {
    private(set) var unread = ByteBuffer()
    private var parser = RequestHeadParser(limits: HeadLimits())
    private var body: BodyIntake?

    var isEmpty: Bool { unread.readableBytes == 0 }

    mutating func receive(_ bytes: ByteBuffer) {
        if isEmpty {
            unread = bytes
        } else {
            unread.writeImmutableBuffer(bytes)
        }
    }

    /// Gives the storage back once nothing is in it, so that an idle connection holds none and the
    /// channel may reuse it for its next read.
    mutating func releaseIfEmpty() {
        if isEmpty { unread = ByteBuffer() }
    }

    mutating func discardAll() {
        unread = ByteBuffer()
        body = nil
    }

    mutating func parseHead() -> Parse<RequestHead> {
        let source = unread
        return parser.parse(source.readableBytesSpan)
    }

    /// Takes the bytes of a head that `parseHead` has just completed.
    mutating func takeHead(_ head: RequestHead) -> ByteBuffer {
        parser.reset()
        return unread.readSlice(length: head.byteCount) ?? ByteBuffer()
    }

    mutating func beginBody(_ intake: BodyIntake) {
        body = intake
    }

    var bodyBytesReceived: Int {
        body?.receivedBytes(unread: unread) ?? 0
    }

    mutating func advanceBody() -> BodyIntake.Step {
        let step = body?.advance(&unread) ?? .complete(ByteBuffer())
        if case .needMore = step { return step }
        body = nil
        return step
    }
}
