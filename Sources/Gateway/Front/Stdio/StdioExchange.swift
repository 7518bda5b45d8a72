import Glibc
import NIOCore
import NIOPosix
import Policy

/// One request of a client on standard input, and its answer.
///
/// Stands at one end of a pair of sockets; a `ClientConnection` at the other end serves it like a
/// request from anywhere else, so that one chain of guards judges both. To close it early is to
/// leave, which in the stateless era cancels.
final class StdioExchange: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// What becomes of an exchange; told on its loop.
    protocol Listener: AnyObject {
        func received(_ message: [UInt8], by exchange: StdioExchange)
        /// Told once, and nothing after it.
        func ended(_ exchange: StdioExchange)
    }

    /// The system has no sockets left, or the gate no room.
    struct Failure: Error {}

    let number: Int
    private(set) var answer = StdioAnswer()
    private let request: ByteBuffer
    private weak var listener: (any Listener)?
    private var context: ChannelHandlerContext?

    init(_ number: Int, _ request: ByteBuffer, for listener: any Listener) {
        self.number = number
        self.request = request
        self.listener = listener
    }

    /// Sends the request; nothing is told to the listener when it throws.
    func begin(on loop: LoopContext) throws(Failure) {
        var ends: [CInt] = [-1, -1]
        let kind = CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw Failure() }
        guard loop.bounds.opened(from: .ownMachine) else {
            for end in ends { close(end) }
            throw Failure()
        }
        let connection = ClientConnection(loop: loop, client: .ownMachine)
        Self.adopt(ends[0], by: connection, on: loop.eventLoop)
        Self.adopt(ends[1], by: self, on: loop.eventLoop)
    }

    private static func adopt(
        _ descriptor: CInt,
        by handler: any ChannelInboundHandler,
        on eventLoop: any EventLoop
    ) {
        let handler = NIOLoopBound(handler, eventLoop: eventLoop)
        _ = ClientBootstrap(group: eventLoop)
            .channelOption(.maxMessagesPerRead, value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(handler.value)
                }
            }
            .withConnectedSocket(descriptor)
    }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func channelActive(context: ChannelHandlerContext) {
        guard listener != nil else { return context.close(promise: nil) }
        context.writeAndFlush(wrapOutboundOut(request), promise: nil)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        left()
    }

    func channelInactive(context: ChannelHandlerContext) {
        left()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let listener else { return }
        // Handed on afterwards: the listener looks at the answer.
        var messages: [[UInt8]] = []
        let progress = answer.receive(unwrapInboundIn(data)) { messages.append($0) }
        for message in messages { listener.received(message, by: self) }
        if progress != .underWay { context.close(promise: nil) }
    }

    private func left() {
        let listener = self.listener
        self.listener = nil
        listener?.ended(self)
    }

    // MARK: From the client

    func setReading(_ isOn: Bool) {
        context?.channel.setReading(isOn)
    }

    /// Leaves; the listener is told of the end and of nothing else.
    func cancel() {
        guard let context else { return left() }
        context.close(promise: nil)
    }
}

extension ClientAddress {
    /// Who calls without a network.
    static let ownMachine = ClientAddress(.v4(0x7F00_0001))
}
