import MCP
import NIOCore
import Policy
import Telemetry

/// One client's connection: takes requests one after the other, in the order they came, and
/// answers each before it looks at the next.
///
/// While an answer is under way further requests wait in the socket: reading stops beyond a
/// bound, so a client that pipelines without end or reads no answers costs a fixed amount of
/// memory. A connection that ends itself, at a fault of framing above all, sends its answer, shuts
/// its side and discards what still comes for a short time, so that the answer is not lost to a
/// reset.
///
/// A client that ends its sending side has left: MCP over HTTP gives no meaning to half a
/// connection, and waiting on one would keep calls alive that nobody reads.
///
/// Confined to its loop. The files beside this one hold what it does with requests and answers.
final class ClientConnection: ChannelInboundHandler, RosterMember {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    enum Phase: Equatable {
        /// Between requests, or within a head.
        case head
        /// The caller's credential is being judged elsewhere.
        case verifying
        case body
        /// The answer is under way.
        case exchange
        /// The request was refused before its body came; the body is dropped as it comes.
        case discarding
        /// The last answer is written; only the client's end is awaited.
        case lingering
        case closed
    }

    /// What may wait unread of requests behind the one being answered.
    private static let pipelinedBytesMax = 65_536
    /// What is discarded while lingering before the connection is cut.
    private static let lingerBytesMax = 262_144

    let loop: LoopContext
    /// The peer; a call may be somebody else's, for whom a trusted proxy speaks.
    let client: ClientAddress
    /// Whether it is one of many within a connection of HTTP/2, which is counted in its place.
    private let isStream: Bool
    /// What the client proved during the TLS handshake.
    private(set) var certificate: PeerCertificate?
    var rosterIndex: Int?
    var deadline = MonotonicTime.never
    var phase = Phase.head
    var intake = RequestIntake()
    var call: OpenCall?
    var credentials = CredentialCache()
    var hosts = HostCache()
    var rates = RateCache()
    var upstream: UpstreamExchange?
    var relay = ResponseRelay()
    /// Whether the loop's buffer holds bytes of this client's answer; only within one event.
    var hasUnwrittenRelay = false
    private(set) var context: ChannelHandlerContext?
    private let isPlain: Bool
    private var writer = SocketWriter()
    /// What the channel last said; asking it each time costs more than a guard does.
    private(set) var isWritable = true
    private var bodyPace: BodyPace?
    private var heldBodyBytes = 0
    private var isWithinHead = false
    private var isAdvancing = false
    private var isReadingHeld = false
    private var lingerBytesLeft = ClientConnection.lingerBytesMax

    /// `isPlain` says that what it writes goes to a socket as it is, `isStream` that it is one of
    /// many within a connection.
    init(
        loop: LoopContext,
        client: ClientAddress,
        isPlain: Bool = false,
        isStream: Bool = false
    ) {
        self.loop = loop
        self.client = client
        self.isPlain = isPlain
        self.isStream = isStream
    }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if isPlain { writer = SocketWriter(toSocketOf: context) }
        loop.clock.refresh()
        loop.clients.join(self)
        if !isStream { loop.recorder.connectionOpened() }
        deadline = loop.now.advanced(by: loop.times.head)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        isWritable = false
        left()
    }

    func channelInactive(context: ChannelHandlerContext) {
        left()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        writer.end()
        context.close(promise: nil)
    }

    /// Nobody behind this handler asks for it.
    func channelReadComplete(context: ChannelHandlerContext) {}

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let certificate = event as? PeerCertificate { self.certificate = certificate }
        context.fireUserInboundEventTriggered(event)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        switch phase {
        case .closed:
            return
        case .lingering:
            lingerBytesLeft -= bytes.readableBytes
            if lingerBytesLeft < 0 { abort() }
        case .exchange where isOverfull, .verifying where isOverfull:
            // Only the end of the stream makes the channel read while reading is held. What no
            // longer fits is never answered, so nothing behind it may be either.
            call?.isLast = true
            intake.discardAll()
        case .head, .verifying, .body, .exchange, .discarding:
            loop.clock.refresh()
            intake.receive(bytes)
            advance()
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        loop.clock.refresh()
        isWritable = context.channel.isWritable
        if isWritable {
            upstream?.resumeReading()
            if phase == .exchange { deadline = .never }
            advance()
        } else if phase == .exchange {
            upstream?.holdReading()
            deadline = loop.now.advanced(by: loop.times.stalledWrite)
        }
        context.fireChannelWritabilityChanged()
    }

    /// The one place where the connection is given up, whoever ended it.
    private func left() {
        guard phase != .closed else { return }
        loop.clock.refresh()
        phase = .closed
        writer.end()
        deadline = .never
        abandonExchange()
        releaseHeldBody()
        intake.discardAll()
        loop.clients.leave(self)
        if !isStream {
            loop.recorder.connectionClosed()
            loop.bounds.closed(from: client)
        }
        loop.clientLeft()
    }

    // MARK: Progress

    private var isOverfull: Bool { intake.unread.readableBytes > Self.pipelinedBytesMax }

    private var mustHoldReading: Bool {
        switch phase {
        case .exchange, .verifying: isOverfull
        case .head: !isWritable
        case .body, .discarding, .lingering, .closed: false
        }
    }

    /// Does what the received bytes allow, one request at a time, until more must come.
    ///
    /// A call from within itself, by an answer that came at once, returns; the outer one goes on.
    func advance() {
        guard !isAdvancing else { return }
        isAdvancing = true
        while step() {}
        isAdvancing = false
        intake.releaseIfEmpty()
        updateDeadline()
        updateReading()
    }

    private func updateReading() {
        guard mustHoldReading != isReadingHeld else { return }
        isReadingHeld.toggle()
        context?.channel.setReading(!isReadingHeld)
    }

    /// - Returns: Whether there may be more to do at once.
    private func step() -> Bool {
        switch phase {
        case .head: isWritable && readHead()
        case .body: readBody()
        case .discarding: discardBody()
        case .verifying, .exchange, .lingering, .closed: false
        }
    }

    private func readHead() -> Bool {
        guard !intake.isEmpty else { return false }
        switch intake.parseHead() {
        case .incomplete:
            return false
        case .refused(let problem):
            refuseMalformed(problem)
        case .complete(let head):
            isWithinHead = false
            open(head)
        }
        return true
    }

    private func readBody() -> Bool {
        switch intake.advanceBody() {
        case .needMore:
            guard loop.bodies.admit(&heldBodyBytes, now: intake.bodyBytesReceived) else {
                refuse(.tooManyBodies, closing: true)
                return true
            }
            return false
        case .complete(let body):
            releaseHeldBody()
            call?.isBodyRead = true
            call?.requestBytes += body.readableBytes
            dispatch(body)
        case .refused(let denial):
            refuse(denial, closing: true)
        }
        return true
    }

    private func discardBody() -> Bool {
        switch intake.advanceBody() {
        case .needMore:
            return false
        case .complete:
            releaseHeldBody()
            phase = .head
        case .refused:
            linger()
        }
        return true
    }

    private func releaseHeldBody() {
        bodyPace = nil
        loop.bodies.release(&heldBodyBytes)
    }

    func beginBody(_ body: BodyIntake, phase: Phase) {
        intake.beginBody(body)
        loop.bodies.release(&heldBodyBytes)
        bodyPace = BodyPace(began: loop.now, limit: loop.times.body)
        self.phase = phase
    }

    // MARK: Time

    private func updateDeadline() {
        switch phase {
        case .head where intake.isEmpty:
            isWithinHead = false
            deadline = loop.now.advanced(by: loop.times.idle)
        case .head where !isWritable:
            deadline = loop.now.advanced(by: loop.times.stalledWrite)
        case .head where !isWithinHead:
            isWithinHead = true
            deadline = loop.now.advanced(by: loop.times.head)
        case .body, .discarding:
            updateBodyDeadline()
        case .exchange where isWritable, .verifying:
            deadline = .never
        case .head, .exchange, .lingering, .closed:
            break
        }
    }

    private func updateBodyDeadline() {
        guard let bodyPace else { return }
        deadline = bodyPace.deadline(receivedBytes: intake.bodyBytesReceived)
    }

    func deadlinePassed(at now: MonotonicTime) {
        switch phase {
        case .head where isWithinHead && isWritable:
            refuseUnopened(.requestTimeout)
        case .body:
            refuse(.requestTimeout, closing: true)
        case .head, .verifying, .exchange, .discarding, .lingering, .closed:
            abort()
        }
    }

    // MARK: Policy and end

    /// Judges the connection by the new policy.
    ///
    /// One that it denies ends now if it is idle, and
    /// after its answer otherwise. An event stream has no end to wait for, so it is cut, also when
    /// the credential behind it no longer works.
    func policyChanged() {
        guard loop.isGuarded, phase != .closed, phase != .lingering else { return }
        let isDenied = presentChain.gate().denial != nil
        if phase == .exchange, call?.isEventStream == true, isDenied || !isCallerStillGood {
            return abort()
        }
        // What a proxy is denied for one client it may still bring for others.
        guard isDenied, call == nil || call?.client == client else { return }
        if phase == .head, intake.isEmpty {
            linger()
        } else {
            call?.isLast = true
        }
    }

    private var isCallerStillGood: Bool {
        let snapshot = loop.policy.snapshot
        guard let call, let key = call.caller.key else { return !snapshot.isAuthenticationRequired }
        guard key.access?.allows(client: call.client) != false else { return false }
        let proof = credentials.proof(of: key.id)
        return presentChain.isStillGood(key, provedBy: proof, certificate)
    }

    /// The guards by the policy that is in force now, which a call under way may not be judged by.
    var presentChain: GuardChain {
        GuardChain(loop: loop, policy: loop.policy, client: call?.client ?? client)
    }

    func drainBegan() {
        if phase == .head, intake.isEmpty {
            linger()
        } else {
            call?.isLast = true
        }
    }

    /// Ends the sending side once what was written is out, and waits a little for the client to
    /// end its own.
    func linger() {
        guard phase != .closed, phase != .lingering else { return }
        phase = .lingering
        releaseHeldBody()
        intake.discardAll()
        updateReading()
        let limit = isWritable ? loop.times.linger : loop.times.stalledWrite
        deadline = loop.now.advanced(by: limit)
        writer.end()
        context?.close(mode: .output, promise: nil)
    }

    /// Ends the connection now, in the middle of whatever it is.
    func abort() {
        guard let context else { return left() }
        writer.end()
        context.close(promise: nil)
    }

    /// Writes what the loop's buffer holds.
    func writeOutgoing() {
        guard let context,
            let rest = writer.send(loop.outgoing, besides: context.channel)
        else { return }
        context.writeAndFlush(wrapOutboundOut(rest), promise: nil)
    }
}
