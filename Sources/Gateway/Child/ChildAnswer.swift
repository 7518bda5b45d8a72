import MCP
import NIOCore
import Policy
import Synchronization

/// A piece of what a client is answered in place of an HTTP upstream.
enum ChildAnswer: Sendable {
    /// The whole answer: one JSON-RPC message.
    case message([UInt8], status: Int, session: String?)
    /// The whole answer, without a body.
    case done(status: Int)
    /// An event stream begins.
    case streamBegan(session: String?)
    /// One JSON-RPC message on the stream.
    case event([UInt8])
    /// Shows the client, and the gate, that the stream still stands.
    case keepAlive
    case streamEnded
    /// Instead of an answer, or in the middle of one.
    case failed(UpstreamFailure)

    /// What the client has to take before it is out of the gate's memory.
    var byteCount: Int {
        switch self {
        case .message(let bytes, _, _), .event(let bytes): bytes.count
        case .done, .streamBegan, .keepAlive, .streamEnded, .failed: 0
        }
    }
}

/// The way back to a client that waits on another loop.
final class ChildReply: Sendable {
    /// Bytes that may wait for one client to read them, beside one message of any size.
    static let unreadBytesMax = 8_388_608

    private let exchange: NIOLoopBound<ChildExchange>
    private let eventLoop: any EventLoop
    private let unread: ByteTally

    init(to exchange: NIOLoopBound<ChildExchange>, on eventLoop: any EventLoop, _ unread: ByteTally)
    {
        self.exchange = exchange
        self.eventLoop = eventLoop
        self.unread = unread
    }

    /// - Returns: False, and nothing was sent, when the client is too far behind.
    func send(_ answer: ChildAnswer) -> Bool {
        let count = answer.byteCount
        guard unread.admit(count, atMost: Self.unreadBytesMax) else { return false }
        let exchange = self.exchange
        eventLoop.execute { exchange.value.deliver(answer) }
        return true
    }

    func fail(_ failure: UpstreamFailure) {
        _ = send(.failed(failure))
    }
}

/// A number of bytes that two loops count together.
final class ByteTally: Sendable {
    private let count = Atomic<Int>(0)

    /// Adds; one amount alone is always admitted, and so is nothing.
    func admit(_ amount: Int, atMost limit: Int) -> Bool {
        let before = count.load(ordering: .relaxed)
        guard amount == 0 || before == 0 || before + amount <= limit else { return false }
        count.add(amount, ordering: .relaxed)
        return true
    }

    func remove(_ amount: Int) {
        count.subtract(amount, ordering: .relaxed)
    }
}
