import NIOCore
import NIOHTTP2
import NIOSSL
import NIOTLS
import Policy
import Telemetry

/// A client's TLS connection: its handshake, and for HTTP/2 all of its life.
///
/// Whoever asks for HTTP/1.1 is handed over to a `ClientConnection` when the handshake is done.
/// For HTTP/2 each stream gets a `ClientConnection` of its own, and what belongs to all of them
/// together is done here: the time without streams, the orderly end, the end after a fault.
///
/// Confined to its loop; stands behind the TLS handler, and later behind the HTTP/2 handler too.
final class SecureConnection: ChannelInboundHandler, ChannelOutboundHandler,
    RemovableChannelHandler, RosterMember
{
    typealias InboundIn = HTTP2Frame
    typealias OutboundIn = HTTP2Frame
    typealias OutboundOut = HTTP2Frame

    private enum Phase {
        case handshake
        /// HTTP/2, and more streams may come.
        case open
        /// HTTP/2; the client was asked to open no more.
        case draining
        /// The client broke the rules of TLS or of HTTP/2, so no more of it is read.
        case faulted
        case closed
    }

    let loop: LoopContext
    let client: ClientAddress
    var rosterIndex: Int?
    private(set) var deadline = MonotonicTime.never
    /// The holder of a verified client certificate.
    private(set) var peer: PeerCertificate?
    private let verifiesClients: Bool
    private var phase = Phase.handshake
    private var streamCount = 0
    private var context: ChannelHandlerContext?

    private init(loop: LoopContext, client: ClientAddress, verifiesClients: Bool) {
        self.loop = loop
        self.client = client
        self.verifiesClients = verifiesClients
    }

    /// Makes a channel that was just accepted expect a handshake.
    ///
    /// The connection is in the loop's bounds already; from here on its end takes it out.
    static func begin(
        on channel: any Channel,
        of client: ClientAddress,
        as identity: TLSIdentity,
        loop: LoopContext
    ) throws {
        let connection = SecureConnection(
            loop: loop,
            client: client,
            verifiesClients: identity.verifiesClients
        )
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(NIOSSLServerHandler(context: identity.context))
        try pipeline.addHandler(connection)
    }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        loop.clock.refresh()
        loop.secured.join(self)
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

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if phase == .handshake, case .handshakeCompleted(let version) = event as? TLSUserEvent {
            do {
                try handshakeCompleted(speaking: version, context)
            } catch {
                context.close(promise: nil)
            }
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    func read(context: ChannelHandlerContext) {
        if phase != .faulted { context.read() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch phase {
        case .open where error is any NIOHTTP2Error, .draining where error is any NIOHTTP2Error:
            fault(.malformedHTTP)
        case .handshake where error.isFaultOfHandshake:
            fault(.handshakeFailed)
            context.close(promise: nil)
        case .handshake, .open, .draining, .faulted, .closed:
            context.close(promise: nil)
        }
    }

    private func handshakeCompleted(
        speaking version: String?,
        _ context: ChannelHandlerContext
    ) throws {
        loop.clock.refresh()
        guard !loop.isDraining else { return context.close(promise: nil) }
        let pipeline = context.pipeline.syncOperations
        if verifiesClients {
            peer = try pipeline.handler(type: NIOSSLHandler.self).peerCertificate
                .map(PeerCertificate.init)
        }
        if version == "h2" {
            try pipeline.addHandler(http2Handler(on: context.eventLoop), position: .before(self))
            phase = .open
            deadline = loop.now.advanced(by: loop.times.head)
        } else {
            try pipeline.addHandler(
                ClientConnection(loop: loop, client: client),
                position: .after(self)
            )
            handOver()
            if let peer { context.fireUserInboundEventTriggered(peer) }
            pipeline.removeHandler(context: context, promise: nil)
        }
    }

    /// From now on the connection is that of the handler behind this one, also in the bounds.
    private func handOver() {
        phase = .closed
        deadline = .never
        loop.secured.leave(self)
        loop.recorder.connectionClosed()
    }

    /// The one place where the connection is given up, whoever ended it.
    private func left() {
        guard phase != .closed else { return }
        handOver()
        loop.bounds.closed(from: client)
        loop.clientLeft()
    }

    // MARK: Streams

    private func http2Handler(on eventLoop: any EventLoop) -> NIOHTTP2Handler {
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        return NIOHTTP2Handler(
            mode: .server,
            eventLoop: eventLoop,
            connectionConfiguration: HTTP2Bounds.connection,
            streamConfiguration: HTTP2Bounds.stream
        ) { channel in
            channel.eventLoop.makeCompletedFuture {
                try HTTP2Stream.begin(on: channel, of: bound.value)
            }
        }
    }

    func streamOpened() {
        streamCount += 1
        if phase != .faulted { deadline = .never }
    }

    func streamClosed() {
        streamCount -= 1
        guard streamCount == 0 else { return }
        loop.clock.refresh()
        switch phase {
        case .open: deadline = loop.now.advanced(by: loop.times.idle)
        case .draining: deadline = loop.now.advanced(by: loop.times.linger)
        case .handshake, .faulted, .closed: break
        }
    }

    // MARK: Time and end

    func deadlinePassed(at now: MonotonicTime) {
        switch phase {
        case .open: return drainBegan()
        case .handshake: fault(.requestTimeout)
        case .draining, .faulted, .closed: break
        }
        abort()
    }

    /// One that the new policy denies is asked to leave; its streams see to themselves.
    func policyChanged() {
        guard loop.isGuarded, phase == .open else { return }
        let chain = GuardChain(loop: loop, policy: loop.policy, client: client)
        if chain.gate().denial != nil { drainBegan() }
    }

    /// Asks the client for no more streams; the connection ends a little after the last of them.
    func drainBegan() {
        guard phase == .open else {
            if phase == .handshake { abort() }
            return
        }
        phase = .draining
        if streamCount == 0 { deadline = loop.now.advanced(by: loop.times.linger) }
        // Streams that are on their way are still served: the client cannot know of the end yet.
        let goAway = HTTP2Frame.FramePayload.goAway(
            lastStreamID: .maxID,
            errorCode: .noError,
            opaqueData: nil
        )
        context?.writeAndFlush(
            wrapOutboundOut(HTTP2Frame(streamID: .rootStream, payload: goAway)),
            promise: nil
        )
    }

    /// The handler in front has told the client already; answers under way may go out.
    private func fault(_ reason: ReasonCode) {
        loop.clock.refresh()
        phase = .faulted
        deadline = loop.now.advanced(by: loop.times.linger)
        loop.recorder.record(
            CallRecord(client: client, status: 400, denial: reason),
            at: loop.clock.wallNow
        )
    }

    /// Ends the connection now, with all of its streams.
    func abort() {
        guard let context else { return left() }
        context.close(promise: nil)
    }
}

extension Error {
    /// Whether the client is to blame for a handshake that failed.
    ///
    /// One that leaves in the middle, as a probe of the port does, broke no rule.
    fileprivate var isFaultOfHandshake: Bool {
        guard let error = self as? NIOSSLError else { return false }
        return error != .handshakeFailed(.sslError([.eofDuringHandshake]))
    }
}
