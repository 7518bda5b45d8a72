import MCP
import NIOCore
import Policy

/// One connection to an upstream, confined to the loop of the clients it serves.
///
/// It carries one exchange at a time and returns to the pool in between. Nothing of a request is
/// ever sent twice: once a byte was handed to the socket, a connection that breaks is a failure
/// that the client is told of, because a `tools/call` is not idempotent (RFC 9110 section 9.2.2).
final class UpstreamConnection: ChannelInboundHandler, RosterMember {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum Phase: Equatable {
        case connecting, idle, awaitingHead, streaming, closed
    }

    private static let informationalMax = 8
    /// How much of a response nobody waits for is read before the connection is given up.
    private static let drainBytesMax = 1_048_576

    var rosterIndex: Int?
    private(set) var deadline = MonotonicTime.never

    private let pool: UpstreamPool
    private let loop: LoopContext
    private var phase = Phase.connecting
    private var context: ChannelHandlerContext?
    private var writer = SocketWriter()
    private var receiver: (any UpstreamReceiver)?
    private var pending: UpstreamRequest?
    private var method = HTTPMethod.post
    private var session: SessionWatch?
    private var unread = ByteBuffer()
    private var parser = ResponseHeadParser(limits: HeadLimits())
    private var body = ResponseBody(.none)
    private var informationalCount = 0
    private var isReusable = false
    private var hasFailedSocket = false
    private var isReadingHeld = false
    /// Nil while somebody waits for the response.
    private var drainBytesLeft: Int?

    init(of pool: UpstreamPool, on loop: LoopContext) {
        self.pool = pool
        self.loop = loop
    }

    /// Idle ends with `channelInactive`, so the channel need not be asked.
    var isIdle: Bool { phase == .idle && context != nil }

    // MARK: One exchange

    func start(_ request: consuming UpstreamRequest, for receiver: any UpstreamReceiver) {
        self.receiver = receiver
        method = request.method
        session = request.session
        drainBytesLeft = nil
        if phase == .idle {
            send(request)
        } else {
            pending = consume request
        }
    }

    /// Ends the exchange and the connection; the receiver hears nothing more.
    func cancel() {
        receiver = nil
        close()
    }

    /// Lets the exchange finish with nobody waiting: within the response's own time limits and up
    /// to a fixed number of bytes.
    func detach() {
        guard phase == .awaitingHead || phase == .streaming, loop.upstreams.mayDrain() else {
            return cancel()
        }
        receiver = nil
        drainBytesLeft = Self.drainBytesMax
        loop.upstreams.drainBegan()
        resumeReading()
    }

    func holdReading() {
        guard !isReadingHeld else { return }
        isReadingHeld = true
        context?.channel.setReading(false)
    }

    func resumeReading() {
        guard isReadingHeld else { return }
        isReadingHeld = false
        deadline = loop.now.advanced(by: loop.times.streamIdle)
        context?.channel.setReading(true)
    }

    func connectFailed(_ failure: UpstreamFailure) {
        phase = .closed
        loop.upstreamConnections.leave(self)
        loop.clock.refresh()
        pool.health.failed(at: loop.now)
        fail(failure)
    }

    func close() {
        pending = nil
        deadline = .never
        endDrain()
        let wasConnecting = phase == .connecting
        phase = .closed
        pool.forget(self)
        writer.end()
        if !wasConnecting { context?.close(promise: nil) }
    }

    private func send(_ request: consuming UpstreamRequest) {
        guard let context else { return fail(.unreachable) }
        phase = .awaitingHead
        informationalCount = 0
        deadline = loop.now.advanced(by: loop.times.responseHead)
        write(request.head, isMoreToCome: request.separateBody != nil, to: context)
        if let body = request.separateBody { write(body, to: context) }
    }

    private func write(
        _ bytes: ByteBuffer,
        isMoreToCome: Bool = false,
        to context: ChannelHandlerContext
    ) {
        let rest = writer.send(bytes, isMoreToCome: isMoreToCome, besides: context.channel)
        if let rest { context.writeAndFlush(wrapOutboundOut(rest), promise: nil) }
    }

    private func fail(_ failure: UpstreamFailure) {
        let receiver = self.receiver
        self.receiver = nil
        close()
        receiver?.upstreamFailed(failure)
    }

    private func endDrain() {
        guard drainBytesLeft != nil else { return }
        drainBytesLeft = nil
        loop.upstreams.drainEnded()
    }

    func deadlinePassed(at now: MonotonicTime) {
        switch phase {
        case .awaitingHead: fail(.timeout)
        case .streaming where isReadingHeld: deadline = now.advanced(by: loop.times.streamIdle)
        case .streaming: fail(.timeout)
        case .idle: close()
        case .connecting, .closed: deadline = .never
        }
    }

    // MARK: Channel events

    func handlerRemoved(context: ChannelHandlerContext) {
        if self.context === context { self.context = nil }
    }

    /// A host with several addresses is tried on several channels; the first to stand is the one.
    func channelActive(context: ChannelHandlerContext) {
        loop.clock.refresh()
        guard phase == .connecting, let request = pending.take() else {
            if self.context == nil { loop.upstreamConnections.leave(self) }
            return context.close(promise: nil)
        }
        self.context = context
        writer = SocketWriter(toSocketOf: context)
        send(request)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        loop.clock.refresh()
        guard phase == .awaitingHead || phase == .streaming, self.context === context else {
            // Nothing was asked, so nothing that comes can be trusted.
            return close()
        }
        guard spendDrain(bytes.readableBytes) else { return close() }
        if unread.readableBytes == 0 {
            unread = bytes
        } else {
            unread.writeImmutableBuffer(bytes)
        }
        consume()
        if unread.readableBytes == 0 { unread = ByteBuffer() }
        receiver?.upstreamPaused()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if self.context === context {
            hasFailedSocket = true
            writer.end()
        }
        context.close(promise: nil)
    }

    /// Nobody behind this handler asks for it.
    func channelReadComplete(context: ChannelHandlerContext) {}

    func channelInactive(context: ChannelHandlerContext) {
        guard self.context === context else { return }
        writer.end()
        loop.upstreamConnections.leave(self)
        switch phase {
        case .streaming where body.endsWithConnection && !hasFailedSocket:
            isReusable = false
            end()
        case .awaitingHead:
            pool.health.failed(at: loop.now)
            fail(unread.readableBytes == 0 ? .unreachable : .invalid)
        case .streaming:
            fail(.invalid)
        case .connecting, .idle, .closed:
            close()
        }
    }

    private func spendDrain(_ count: Int) -> Bool {
        guard let left = drainBytesLeft else { return true }
        drainBytesLeft = left - count
        return count <= left
    }

    // MARK: The response

    private func consume() {
        if phase == .awaitingHead, !readHead() { return }
        guard phase == .streaming else { return }
        deadline = loop.now.advanced(by: loop.times.streamIdle)
        switch readBody() {
        case .needMore: break
        case .complete: end()
        case .refused: fail(.invalid)
        }
    }

    private func readBody() -> ResponseBody.Step {
        let receiver = self.receiver
        return body.advance(&unread) { receiver?.upstreamSent($0) }
    }

    /// - Returns: Whether the response's final head was read.
    private func readHead() -> Bool {
        while true {
            let source = unread
            switch parser.parse(source.readableBytesSpan) {
            case .incomplete:
                return false
            case .refused:
                fail(.invalid)
                return false
            case .complete(let head):
                parser.reset()
                if head.isInformational {
                    informationalCount += 1
                    unread.moveReaderIndex(forwardBy: head.byteCount)
                    if informationalCount <= Self.informationalMax { continue }
                }
                guard !head.isInformational, !(300..<400 ~= head.status) else {
                    fail(.invalid)
                    return false
                }
                begin(head, of: source)
                unread.moveReaderIndex(forwardBy: head.byteCount)
                return phase == .streaming
            }
        }
    }

    private func begin(_ head: ResponseHead, of source: ByteBuffer) {
        let framing = head.framing(for: method)
        phase = .streaming
        body = ResponseBody(framing)
        isReusable = head.isKeepAlive && !body.endsWithConnection
        pool.health.succeeded()
        session?.answered(head, bytes: source.readableBytesSpan, at: loop.now)
        receiver?.upstreamResponded(head, framing: framing, bytes: source.readableBytesSpan)
    }

    private func end() {
        let receiver = self.receiver
        self.receiver = nil
        endDrain()
        if isReusable, unread.readableBytes == 0, pool.keep(self) {
            phase = .idle
            resumeReading()
            deadline = loop.now.advanced(by: loop.times.upstreamIdle)
        } else {
            close()
        }
        receiver?.upstreamEnded()
    }
}
