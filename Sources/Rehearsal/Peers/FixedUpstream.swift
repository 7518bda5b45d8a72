import MCP
package import NIOCore
import NIOPosix

/// An upstream that answers every request with the same 300-byte JSON message: what the
/// measurements put behind every proxy.
package enum FixedUpstream {
    /// A `tools/call` result padded to 300 bytes.
    package static let body: String = {
        let head = #"{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":""#
        let tail = #""}],"isError":false}}"#
        return head + String(repeating: "x", count: 300 - head.utf8.count - tail.utf8.count) + tail
    }()

    /// Listens on 127.0.0.1; the caller closes the channel.
    package static func listen(
        port: Int,
        group: any EventLoopGroup
    ) async throws -> any Channel {
        try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 4_096)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(FixedAnswerHandler())
                }
            }
            .bind(host: "127.0.0.1", port: port).get()
    }
}

/// Answers every request in the order in which they come.
final class FixedAnswerHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private static let answer = ByteBuffer(
        string: "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
            + "Content-Length: \(FixedUpstream.body.utf8.count)\r\n\r\n" + FixedUpstream.body
    )

    private var received = ByteBuffer()

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var buffer = unwrapInboundIn(data)
        if received.readableBytes == 0 {
            received = buffer
        } else {
            received.writeBuffer(&buffer)
        }
        while takeRequest() {
            context.writeAndFlush(wrapOutboundOut(Self.answer), promise: nil)
        }
        if received.readableBytes == 0 {
            received.clear()
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    /// - Returns: Whether a whole request was there and is now consumed.
    private func takeRequest() -> Bool {
        let source = received
        guard source.readableBytes > 0,
            case .complete(let head) = RequestHeadParser.parse(
                source.readableBytesSpan,
                limits: HeadLimits()
            )
        else { return false }
        var length = head.byteCount
        if case .length(let body) = head.framing {
            length += body
        }
        guard received.readableBytes >= length else { return false }
        received.moveReaderIndex(forwardBy: length)
        return true
    }
}
