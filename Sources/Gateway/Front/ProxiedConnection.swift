import NIOCore
import Policy
import Telemetry

/// A trusted proxy's connection whose first bytes tell whose it is.
///
/// Nothing is answered before they have come: whoever is refused here speaks TLS or HTTP behind
/// the proxy, and an answer of ours could be taken for something else. With the header read, the
/// connection is the client's, also in the bounds, and what came behind the header is handed on.
///
/// Confined to its loop.
final class ProxiedConnection: ChannelInboundHandler, RemovableChannelHandler, RosterMember {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let arrival: Arrival
    private let peer: ClientAddress
    var rosterIndex: Int?
    private(set) var deadline = MonotonicTime.never
    private var received = ByteBuffer()
    private var context: ChannelHandlerContext?
    /// Whether somebody else answers for the connection, or it is over.
    private var isDone = false

    private var loop: LoopContext { arrival.loop }

    init(_ arrival: Arrival, through peer: ClientAddress) {
        self.arrival = arrival
        self.peer = peer
    }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        loop.clock.refresh()
        loop.proxied.join(self)
        loop.recorder.connectionOpened()
        deadline = loop.now.advanced(by: loop.times.handshake)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        left()
    }

    func channelInactive(context: ChannelHandlerContext) {
        left()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        guard !isDone else { return context.fireChannelRead(data) }
        received.writeBuffer(&bytes)
        let source = received
        switch ProxyHeader.read(source.readableBytesSpan) {
        case .needsMore:
            break
        case .complete(let header):
            received.moveReaderIndex(forwardBy: header.byteCount)
            accept(header.source ?? peer, context)
        case .refused:
            loop.recordUnreadableProxyHeader(from: peer)
            context.close(promise: nil)
        }
    }

    private func accept(_ client: ClientAddress, _ context: ChannelHandlerContext) {
        guard !loop.isDraining else { return context.close(promise: nil) }
        let limits = ConnectionLimits(loop.policy.snapshot, for: client)
        guard client == peer || loop.bounds.passed(from: peer, to: client, within: limits) else {
            loop.recordRefusedConnection(from: client)
            return context.close(promise: nil)
        }
        handOver()
        do {
            try arrival.serve(client)
        } catch {
            // Nobody has taken it, so nobody else counts it off.
            loop.bounds.closed(from: client)
            loop.clientLeft()
            return context.close(promise: nil)
        }
        let rest = received
        received = ByteBuffer()
        if rest.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(rest)) }
        context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
    }

    // MARK: End

    /// From now on the connection is that of the handler behind this one, also in the bounds.
    private func handOver() {
        isDone = true
        deadline = .never
        loop.proxied.leave(self)
        loop.recorder.connectionClosed()
    }

    /// The one place where the connection is given up, whoever ended it.
    private func left() {
        guard !isDone else { return }
        handOver()
        loop.bounds.closed(from: peer)
        loop.clientLeft()
    }

    func deadlinePassed(at now: MonotonicTime) {
        abort()
    }

    /// Ends the connection now; its client is told nothing.
    func abort() {
        guard let context else { return left() }
        context.close(promise: nil)
    }
}
