import NIOCore
import NIOPosix
import Testing

@testable import Gateway

/// What goes to the socket itself and what is left to the channel, on a real connection.
@Suite(.timeLimit(.minutes(1))) struct SocketWriterTests {
    private static let pieceBytes = 40_000
    /// Far more in all than the buffers of both sockets hold.
    private static let pieceCount = 400

    private static func piece(_ number: Int) -> [UInt8] {
        Array(repeating: UInt8(truncatingIfNeeded: number), count: pieceBytes)
    }

    @Test func `bytes arrive whole and in order whoever wrote them`() async throws {
        let sending = SendingHandler { writer, context in
            for number in 0..<Self.pieceCount {
                writer.send(Self.piece(number), over: context)
            }
        }
        let received = try await whatIsReceived(from: sending)
        #expect(received == Array((0..<Self.pieceCount).map(Self.piece).joined()))
    }

    @Test func `the channel is asked again once it has caught up`() async throws {
        let sending = SendingHandler { writer, context in
            for number in 0..<Self.pieceCount {
                writer.send(Self.piece(number), over: context)
            }
        } afterwards: { writer, context in
            let rest = writer.send(ByteBuffer(string: "taken"), besides: context.channel)
            if rest != nil { context.close(promise: nil) }
        }
        let received = try await whatIsReceived(from: sending)
        let end = received.dropFirst(Self.pieceBytes * Self.pieceCount)
        #expect(String(decoding: end, as: UTF8.self) == "taken")
    }

    @Test func `what fits leaves the channel nothing to do`() async throws {
        let sending = SendingHandler { writer, context in
            let rest = writer.send(ByteBuffer(string: "all of it"), besides: context.channel)
            #expect(rest == nil)
        }
        let received = try await whatIsReceived(from: sending)
        #expect(received == Array("all of it".utf8))
    }

    @Test func `after its end everything is left to the channel`() async throws {
        let sending = SendingHandler { writer, context in
            writer.end()
            let bytes = ByteBuffer(string: "for the channel")
            #expect(writer.send(bytes, besides: context.channel) == bytes)
        }
        let received = try await whatIsReceived(from: sending)
        #expect(received.isEmpty)
    }

    @Test func `a writer of its own leaves everything to the channel`() async throws {
        let sending = SendingHandler { _, context in
            var writer = SocketWriter()
            let bytes = ByteBuffer(string: "encrypt me")
            #expect(writer.send(bytes, besides: context.channel) == bytes)
        }
        let received = try await whatIsReceived(from: sending)
        #expect(received.isEmpty)
    }

    private func whatIsReceived(from handler: SendingHandler) async throws -> [UInt8] {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let channel = try await ServerBootstrap(group: group)
            .childChannelInitializer { $0.pipeline.addHandler(handler) }
            .bind(host: "127.0.0.1", port: 0)
            .get()
        let received = Result {
            try RawClient(port: channel.localAddress?.port ?? 0).readToEnd()
        }
        try await group.shutdownGracefully()
        return try received.get()
    }
}

extension SocketWriter {
    fileprivate mutating func send(_ bytes: [UInt8], over context: ChannelHandlerContext) {
        let rest = send(ByteBuffer(bytes: bytes), besides: context.channel)
        if let rest { context.writeAndFlush(NIOAny(rest), promise: nil) }
    }
}

/// Does what it is told as soon as the connection stands, once more when the channel has written
/// everything, and ends the connection.
private final class SendingHandler: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer
    typealias Sending = @Sendable (inout SocketWriter, ChannelHandlerContext) -> Void

    private let atOnce: Sending
    private let afterwards: Sending?

    init(_ atOnce: @escaping Sending, afterwards: Sending? = nil) {
        self.atOnce = atOnce
        self.afterwards = afterwards
    }

    func channelActive(context: ChannelHandlerContext) {
        var writer = SocketWriter(toSocketOf: context)
        atOnce(&writer, context)
        let (afterwards, sent) = (afterwards, writer)
        let flushed = context.writeAndFlush(NIOAny(ByteBuffer()))
        flushed.assumeIsolated().whenSuccess {
            var writer = sent
            afterwards?(&writer, context)
            context.close(mode: .output, promise: nil)
        }
    }
}
