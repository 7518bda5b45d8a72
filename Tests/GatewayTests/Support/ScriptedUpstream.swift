import NIOCore
import NIOPosix
import Synchronization

/// An upstream on a free port of loopback that tells what happens and does what it is told.
final class ScriptedUpstream: Sendable {
    /// What it says to each request by itself.
    struct Script: Sendable {
        var answer: String?

        static let silent = Script(answer: nil)

        static func answering(_ text: String) -> Script { Script(answer: text) }
    }

    enum Event: Sendable {
        case request(String, any Channel)
        case closed
    }

    let port: Int
    private let channel: any Channel
    private let group: MultiThreadedEventLoopGroup
    private let events: AsyncStream<Event>
    private let tally: Tally

    final class Tally: Sendable {
        private let counts = Mutex((connections: 0, requests: 0))

        var connections: Int { counts.withLock { $0.connections } }
        var requests: Int { counts.withLock { $0.requests } }
        func connected() { counts.withLock { $0.connections += 1 } }
        func asked() { counts.withLock { $0.requests += 1 } }
    }

    var connectionCount: Int { tally.connections }
    var requestCount: Int { tally.requests }

    private init(
        _ channel: any Channel,
        _ group: MultiThreadedEventLoopGroup,
        _ events: AsyncStream<Event>,
        _ tally: Tally
    ) {
        port = channel.localAddress?.port ?? 0
        self.channel = channel
        self.group = group
        self.events = events
        self.tally = tally
    }

    static func with(
        _ script: Script,
        _ body: (ScriptedUpstream) async throws -> Void
    ) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let (events, continuation) = AsyncStream.makeStream(of: Event.self)
        let tally = Tally()
        let channel = try await ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        ScriptedHandler(script, continuation, tally)
                    )
                }
            }
            .bind(host: "127.0.0.1", port: 0)
            .get()
        let upstream = ScriptedUpstream(channel, group, events, tally)
        do {
            try await body(upstream)
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
        try? await group.shutdownGracefully()
    }

    var url: String { "http://127.0.0.1:\(port)/inner" }

    /// The next request that came, and the connection it came on.
    func nextRequest() async throws -> (text: String, channel: any Channel) {
        for await event in events {
            if case .request(let text, let channel) = event { return (text, channel) }
        }
        throw RawClient.Failure(description: "the upstream ended")
    }

    /// Returns once the next connection closes.
    func nextClose() async {
        for await event in events {
            if case .closed = event { return }
        }
    }
}

extension Channel {
    /// Sends text and returns once the socket has taken it.
    func say(_ text: String) async throws {
        try await writeAndFlush(ByteBuffer(string: text)).get()
    }
}

private final class ScriptedHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let script: ScriptedUpstream.Script
    private let events: AsyncStream<ScriptedUpstream.Event>.Continuation
    private let tally: ScriptedUpstream.Tally
    private var received = ""

    init(
        _ script: ScriptedUpstream.Script,
        _ events: AsyncStream<ScriptedUpstream.Event>.Continuation,
        _ tally: ScriptedUpstream.Tally
    ) {
        self.script = script
        self.events = events
        self.tally = tally
    }

    func channelActive(context: ChannelHandlerContext) {
        tally.connected()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received += String(buffer: unwrapInboundIn(data))
        while let request = nextRequest() {
            tally.asked()
            let answer = script.answer
            events.yield(.request(request, context.channel))
            if let answer {
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: answer)), promise: nil)
            }
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        events.yield(.closed)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func nextRequest() -> String? {
        guard let end = received.firstRange(of: "\r\n\r\n") else { return nil }
        let head = received[..<end.upperBound]
        var length = 0
        for line in head.split(separator: "\r\n") where line.hasPrefix("Content-Length: ") {
            length = Int(line.dropFirst(16)) ?? 0
        }
        let body = received[end.upperBound...]
        guard body.utf8.count >= length else { return nil }
        let request = String(head) + String(decoding: body.utf8.prefix(length), as: UTF8.self)
        received = String(decoding: body.utf8.dropFirst(length), as: UTF8.self)
        return request
    }
}

/// Responses as text.
enum Responses {
    static let result = #"{"jsonrpc":"2.0","id":7,"result":{}}"#

    static func json(_ body: String = result, fields: [String] = []) -> String {
        let lines =
            ["HTTP/1.1 200 OK", "Content-Type: application/json"] + fields
            + ["Content-Length: \(body.utf8.count)"]
        return lines.joined(separator: "\r\n") + "\r\n\r\n" + body
    }

    static let eventStreamHead =
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"

    static func chunk(_ text: String) -> String {
        "\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n"
    }
}
