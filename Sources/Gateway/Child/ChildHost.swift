import Logging
import MCP
import NIOCore
import NIOPosix
import Policy

/// One HTTP call to a server that is a child, ready for any loop.
struct ChildQuestion: Sendable {
    enum Content: Sendable {
        /// A POST: the body, which the scanner has accepted.
        case message(ByteBuffer, MessageEnvelope)
        /// A GET: a stream for what the server says unasked.
        case stream
        /// A DELETE: the session ends.
        case deletion
    }

    let content: Content
    let upstream: Upstream
    let command: ChildCommand
    let era: WireEra
    let principal: String
    /// The value of `Mcp-Session-Id`; nil when there is none.
    let session: String?
}

/// All servers that the gate has started, on an event loop of their own, so that reading what they
/// write delays no client of another.
final class ChildHost: Sendable {
    private let group: MultiThreadedEventLoopGroup
    private let eventLoop: any EventLoop
    private let children: NIOLoopBoundBox<Children>

    init(times: TimeLimits, secrets: UpstreamSecrets, version: String, logger: Logger?) {
        let logger = logger ?? Logger(label: "gatehouse") { _ in SwiftLogNoOpLogHandler() }
        group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        eventLoop = group.next()
        children = .makeBoxSendingValue(
            Children(
                on: eventLoop,
                times: TimeSpans(times),
                secrets: secrets,
                version: version,
                logger: logger
            ),
            eventLoop: eventLoop
        )
    }

    /// The reply hears of it, once or more often; never within this call.
    func begin(
        _ question: ChildQuestion,
        _ exchange: ExchangeNumber,
        answering reply: ChildReply
    ) {
        let children = self.children
        eventLoop.execute { children.value.begin(question, exchange, reply) }
    }

    /// The client of an exchange has gone.
    func leave(_ exchange: ExchangeNumber, cancelling: Bool) {
        let children = self.children
        eventLoop.execute { children.value.leave(exchange, cancelling: cancelling) }
    }

    /// From now on only children of these upstreams take calls; others end when they are done.
    func serve(_ upstreams: [Upstream]) {
        let children = self.children
        eventLoop.execute { children.value.serve(upstreams) }
    }

    /// Ends every child, orderly, and the loop; nothing may follow.
    func end() async {
        let children = self.children
        try? await eventLoop.flatSubmit { children.value.end() }.get()
        try? await group.shutdownGracefully()
    }

    /// How many processes there are, those included that are coming to their end.
    func processCount() async -> Int {
        let children = self.children
        return (try? await eventLoop.submit { children.value.processCount }.get()) ?? 0
    }
}
