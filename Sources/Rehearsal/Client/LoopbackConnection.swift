import NIOCore
import NIOPosix

/// One kept-alive HTTP/1.1 connection from a chosen loopback address: one request at a time.
struct LoopbackConnection: Sendable {
    private let channel: any Channel

    /// Connects from `source`, an address in 127.0.0.0/8.
    ///
    /// - Throws: `RehearsalError.unreachable`.
    static func open(
        from source: String,
        toPort port: Int,
        on group: any EventLoopGroup
    ) async throws -> LoopbackConnection {
        do {
            let channel = try await ClientBootstrap(group: group)
                .bind(to: SocketAddress(ipAddress: source, port: 0))
                .connectTimeout(.seconds(2))
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(ExchangeHandler())
                    }
                }
                .connect(host: "127.0.0.1", port: port).get()
            return LoopbackConnection(channel: channel)
        } catch {
            throw RehearsalError(.unreachable, "No gateway answers on port \(port): \(error).")
        }
    }

    var isOpen: Bool { channel.isActive }

    /// A task that is cancelled closes the connection.
    ///
    /// - Returns: The answer's status.
    /// - Throws: `RehearsalError` when the connection ends first.
    func exchange(_ request: [UInt8]) async throws -> Int {
        let answer = channel.eventLoop.makePromise(of: Int.self)
        // A connection that has just ended has no handler left to fail the answer.
        channel.writeAndFlush(ExchangeHandler.Request(bytes: request, answer: answer))
            .whenFailure { answer.fail($0) }
        return try await withTaskCancellationHandler {
            try await answer.futureResult.get()
        } onCancel: {
            channel.close(promise: nil)
        }
    }

    func close() async {
        try? await channel.close().get()
    }
}

/// Writes a request and completes its promise with the status of the answer.
private final class ExchangeHandler: ChannelDuplexHandler {
    struct Request: Sendable {
        var bytes: [UInt8]
        var answer: EventLoopPromise<Int>
    }

    typealias InboundIn = ByteBuffer
    typealias OutboundIn = Request
    typealias OutboundOut = ByteBuffer

    private var reader = ResponseReader()
    private var received = ByteBuffer()
    private var waiting: EventLoopPromise<Int>?

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let request = unwrapOutboundIn(data)
        guard context.channel.isActive, waiting == nil else {
            request.answer.fail(RehearsalError(.closed, "The connection has ended."))
            return
        }
        waiting = request.answer
        context.write(wrapOutboundOut(ByteBuffer(bytes: request.bytes)), promise: promise)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var buffer = unwrapInboundIn(data)
        received.writeBuffer(&buffer)
        do {
            guard let response = try reader.next(&received) else { return }
            received.discardReadBytes()
            waiting?.succeed(response.status)
            waiting = nil
            if !response.isKeepAlive {
                context.close(promise: nil)
            }
        } catch {
            fail(error)
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail(RehearsalError(.closed, "The connection has ended."))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(error)
        context.close(promise: nil)
    }

    private func fail(_ error: any Error) {
        waiting?.fail(error)
        waiting = nil
    }
}
