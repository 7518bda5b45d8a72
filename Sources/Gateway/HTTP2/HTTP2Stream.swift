import MCP
import NIOCore
import NIOHPACK
import NIOHTTP2

/// One request and its answer within an HTTP/2 connection, as a connection of HTTP/1.1.
///
/// Stands between the stream's frames and a `ClientConnection`, so that one parser and one chain
/// of guards judge both versions. The client's flow-control window is what a slow socket is in
/// HTTP/1.1: the channel stops being writable, and the same deadlines apply.
final class HTTP2Stream: ChannelInboundHandler, ChannelOutboundHandler {
    typealias InboundIn = HTTP2Frame.FramePayload
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = HTTP2Frame.FramePayload

    private let connection: SecureConnection
    private let client: ClientConnection
    private var request = RequestTranslation()
    private var response = ResponseTranslation()
    private var hasHead = false
    private var isRefused = false
    private var isRequestEnded = false
    private var isCounted = false

    private init(of connection: SecureConnection, for client: ClientConnection) {
        self.connection = connection
        self.client = client
    }

    /// Makes ready a channel for a stream that the client has just opened.
    static func begin(on channel: any Channel, of connection: SecureConnection) throws {
        let client = ClientConnection(
            loop: connection.loop,
            client: connection.client,
            isStream: true
        )
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(HTTP2Stream(of: connection, for: client))
        try pipeline.addHandler(client)
        if let peer = connection.peer { pipeline.fireUserInboundEventTriggered(peer) }
    }

    // MARK: From the client

    func handlerAdded(context: ChannelHandlerContext) {
        isCounted = true
        connection.streamOpened()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        left()
    }

    func channelInactive(context: ChannelHandlerContext) {
        context.fireChannelInactive()
        left()
    }

    private func left() {
        guard isCounted else { return }
        isCounted = false
        connection.streamClosed()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .headers(let block):
            isRequestEnded = block.endStream
            if isRefused { return }
            if hasHead {
                deliver(block.endStream ? request.end() : nil, context)
            } else {
                begin(block, context)
            }
        case .data(let block):
            isRequestEnded = block.endStream
            if isRefused { return }
            guard case .byteBuffer(let bytes) = block.data else { return deliver(nil, context) }
            deliver(request.data(bytes, isEnd: block.endStream), context)
        default:
            break
        }
    }

    private func begin(_ block: HTTP2Frame.FramePayload.Headers, _ context: ChannelHandlerContext) {
        hasHead = true
        do {
            let head = try request.begin(block.headers, isEnd: block.endStream)
            response.isToHead = request.isHead
            deliver(head, context)
        } catch {
            isRefused = true
            connection.loop.clock.refresh()
            client.refuseMalformed(error)
        }
    }

    /// Hands on `bytes`, which are nil when the client does not keep to what it announced.
    private func deliver(_ bytes: ByteBuffer?, _ context: ChannelHandlerContext) {
        guard let bytes else { return context.close(promise: nil) }
        if bytes.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(bytes)) }
    }

    // MARK: To the client

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard var frames = response.translate(unwrapOutboundIn(data)) else {
            promise?.fail(ChannelError.inappropriateOperationForState)
            return context.close(promise: nil)
        }
        guard let last = frames.popLast() else {
            promise?.succeed()
            return
        }
        for frame in frames {
            context.write(wrapOutboundOut(frame), promise: nil)
        }
        var written = promise
        if response.isEnded, !isRequestEnded { written = resettingRequest(context, promise) }
        context.write(wrapOutboundOut(last), promise: written)
    }

    /// Tells a client whose answer came before the end of its request to stop sending, as RFC 9113
    /// section 8.1 has it, but not before the answer is out.
    private func resettingRequest(
        _ context: ChannelHandlerContext,
        _ promise: EventLoopPromise<Void>?
    ) -> EventLoopPromise<Void> {
        let written = promise ?? context.eventLoop.makePromise()
        written.futureResult.assumeIsolated().whenSuccess { [self] in
            guard !isRequestEnded else { return }
            context.writeAndFlush(wrapOutboundOut(.rstStream(.noError)), promise: nil)
        }
        return written
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        if mode == .output, let end = response.end() {
            context.writeAndFlush(wrapOutboundOut(end), promise: promise)
        } else if mode == .output, response.isEnded {
            // The stream ends by itself with the last frame of either side.
            promise?.succeed()
        } else {
            context.close(promise: promise)
        }
    }
}
