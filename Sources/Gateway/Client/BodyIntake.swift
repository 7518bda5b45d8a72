import MCP
import NIOCore
import Policy

/// Collects one request body, counting what was received and not what was promised.
///
/// A body is collected whole, up to the policy's limit, because the message in it must be read
/// before any byte of it may go on; responses are never collected.
struct BodyIntake {
    enum Step {
        case needMore
        /// The body, without chunk framing; empty when it was discarded.
        case complete(ByteBuffer)
        case refused(CallDenial)
    }

    private let framing: BodyFraming
    private let size: BodySizeGuard
    /// Whether the bytes are dropped as they come, for a request that was refused already.
    private let isDiscarding: Bool
    private var decoder = ChunkedDecoder()
    private var collected = ByteBuffer()
    private var taken = 0

    init(_ framing: BodyFraming, size: BodySizeGuard, isDiscarding: Bool = false) {
        self.framing = framing
        self.size = size
        self.isDiscarding = isDiscarding
    }

    /// Body bytes seen so far, with those that still wait in `unread`.
    func receivedBytes(unread: ByteBuffer) -> Int {
        taken + unread.readableBytes
    }

    /// Takes from `unread` what belongs to the body and nothing else.
    mutating func advance(_ unread: inout ByteBuffer) -> Step {
        switch framing {
        case .none, .untilClose: .complete(ByteBuffer())
        case .length(let count): advance(&unread, length: count)
        case .chunked: advanceChunked(&unread)
        }
    }

    private mutating func advance(_ unread: inout ByteBuffer, length: Int) -> Step {
        if case .deny(let denial) = size.ruling(declared: length) { return .refused(denial) }
        if isDiscarding {
            let count = min(length - taken, unread.readableBytes)
            unread.moveReaderIndex(forwardBy: count)
            taken += count
            return taken == length ? .complete(ByteBuffer()) : .needMore
        }
        guard let body = unread.readSlice(length: length) else { return .needMore }
        return .complete(body)
    }

    private mutating func advanceChunked(_ unread: inout ByteBuffer) -> Step {
        while unread.readableBytes > 0 {
            let source = unread
            let bytes = source.readableBytesSpan
            switch decoder.decode(bytes, from: 0) {
            case .needMore(let consumed):
                unread.moveReaderIndex(forwardBy: consumed)
                return .needMore
            case .data(let range, let consumed):
                taken += range.count
                if case .deny(let denial) = size.ruling(received: taken) {
                    return .refused(denial)
                }
                if !isDiscarding {
                    collected.writeBytes(bytes.extracting(range))
                }
                unread.moveReaderIndex(forwardBy: consumed)
            case .end(let consumed):
                unread.moveReaderIndex(forwardBy: consumed)
                return .complete(collected)
            case .refused(let problem):
                return .refused(EnvelopeGuard.denial(for: problem))
            }
        }
        return .needMore
    }
}
