import MCP
import NIOCore
import Policy

/// The request that a connection is busy with, from its head to the last byte of its answer.
///
/// A reference, because a dozen places add to it and a copy would cost more than the one allocation.
final class OpenCall {
    let head: RequestHead
    /// The bytes that the offsets in `head` point into.
    private(set) var headBytes: ByteBuffer
    let receivedAt: MonotonicTime
    /// What it is judged by, from its first byte to its last.
    let policy: EnforcedPolicy
    /// Who is calling: the peer, or whom a trusted proxy names.
    var client: ClientAddress
    /// What a browser is told of the answer; empty when answers are not shared.
    var crossOriginFields: [CrossOriginField] = []
    /// What the call holds of bounded numbers until it ends.
    var leases: [ConcurrencyLedger.Lease] = []
    var route = Route.unknown
    var caller = Caller.anonymous
    /// Whether the caller may not do everything.
    var isRestricted = false
    /// The server that the path leads to; nil when the built-in tools answer.
    var upstream: Upstream?
    var era = WireEra.legacy
    /// The id as it stands in the body; nil when there is none or it was not read.
    var messageID: String?
    var method: String?
    var tool: String?
    var requestBytes: Int
    var responseBytes = 0
    var status = 0
    var denial: ReasonCode?
    /// Whether the body was read to its end, so that another request can follow.
    var isBodyRead: Bool
    /// Whether the answer is an event stream that may last.
    var isEventStream = false
    /// Whether the gate reads the answer itself, which must then not come encoded.
    var isAnswerRead = false
    /// Whether the connection ends with this answer.
    var isLast: Bool

    init(
        head: RequestHead,
        headBytes: ByteBuffer,
        from client: ClientAddress,
        on loop: LoopContext
    ) {
        self.head = head
        self.headBytes = headBytes
        self.client = client
        receivedAt = loop.now
        policy = loop.policy
        requestBytes = head.byteCount
        isBodyRead = head.framing.isEmpty
        isLast = !head.isKeepAlive || loop.isDraining
    }

    /// The request has gone on; its bytes must not stay for as long as a stream lasts.
    func releaseBytes() {
        headBytes = ByteBuffer()
    }

    /// For the record: the client left before its answer was whole.
    func abandon() {
        if status == 0 { status = Self.clientClosedRequest }
    }

    /// The status that logs know for a client that did not wait.
    private static let clientClosedRequest = 499
}
