import MCP
import NIOCore
import Policy

/// From a request's head to the decision where it goes.
extension ClientConnection {
    /// A refused request's body is read and dropped up to this size, to keep the connection.
    private static let discardedBytesMax = 65_536
    private static let discardedSize = BodySizeGuard(bytesMax: discardedBytesMax)

    var chain: GuardChain {
        GuardChain(loop: loop, policy: loop.policy, client: client)
    }

    func open(_ head: RequestHead) {
        let call = OpenCall(head: head, headBytes: intake.takeHead(head), on: loop)
        self.call = call
        phase = .exchange
        if let (denial, isFinal) = judgeHead(call) {
            refuse(denial, closing: isFinal)
        } else if call.route == .health {
            answerHealth()
        } else {
            receiveBody(of: call)
        }
    }

    /// The guards that need no body, in their order.
    ///
    /// - Returns: Why the request is refused and whether the connection ends with it; nil when it
    ///   may go on.
    private func judgeHead(_ call: OpenCall) -> (CallDenial, isFinal: Bool)? {
        let chain = self.chain
        if loop.isGuarded, case .deny(let denial) = chain.gate() { return (denial, true) }
        let headBytes = call.headBytes
        let bytes = headBytes.readableBytesSpan
        var route = Route(call.head, in: bytes)
        if route == .unknown, let name = Route.serverName(in: call.head.path, of: bytes),
            let server = call.policy.snapshot.servers.server(named: name, in: bytes)
        {
            route = .mcp
            call.namedServer = server
        }
        call.route = route
        guard route != .unknown else { return (.notFound, false) }
        guard route.allows(call.head.method) else { return (.methodNotAllowed, false) }
        if loop.isGuarded {
            if case .deny(let denial) = chain.browser(call.head, in: bytes, cache: &hosts) {
                return (denial, false)
            }
            if let denial = admit(call, in: bytes, by: chain) { return (denial, false) }
        }
        return judgeShape(call, in: bytes)
    }

    private func admit(
        _ call: OpenCall,
        in bytes: RawSpan,
        by chain: GuardChain
    ) -> CallDenial? {
        let admission =
            call.route == .health
            ? chain.admitAnonymous() : chain.identify(call.head, in: bytes, cache: &credentials)
        switch admission {
        case .admitted(let caller):
            call.caller = caller
            return nil
        case .refused(let denial, let caller):
            call.caller = caller
            return denial
        }
    }

    /// Size, type and what the client accepts; in this order, as the protocol's own test suite
    /// expects it.
    private func judgeShape(
        _ call: OpenCall,
        in bytes: RawSpan
    ) -> (CallDenial, isFinal: Bool)? {
        let head = call.head
        guard head.method == .post else {
            if !isBodiless(head) { return (.unexpectedBody, true) }
            if head.method == .get, call.route == .mcp {
                let accepted = MediaTypes.acceptance(head, in: bytes)
                if !accepted.contains(.eventStream) { return (.streamNotAcceptable, false) }
            }
            return nil
        }
        if case .length(let count) = head.framing,
            case .deny(let denial) = bodySize(of: call).ruling(declared: count)
        {
            return (denial, true)
        }
        guard loop.isGuarded else { return nil }
        if case .deny(let denial) = judgeType(head, in: bytes) { return (denial, false) }
        if MediaTypes.acceptance(head, in: bytes) != .both { return (.notAcceptable, false) }
        return nil
    }

    private func bodySize(of call: OpenCall) -> BodySizeGuard {
        BodySizeGuard(bytesMax: call.policy.snapshot.bodyBytesMax)
    }

    private func isBodiless(_ head: RequestHead) -> Bool {
        head.framing == .none || head.framing == .length(0)
    }

    private func judgeType(_ head: RequestHead, in bytes: RawSpan) -> Ruling {
        let fields = head.fields
        return ContentTypeGuard.ruling(
            on: fields.first(.contentType)?.value,
            count: fields.count(of: .contentType),
            coding: fields.first(.contentEncoding)?.value,
            codingCount: fields.count(of: .contentEncoding),
            in: bytes
        )
    }

    private func receiveBody(of call: OpenCall) {
        let head = call.head
        guard head.method == .post else { return dispatch(nil) }
        beginBody(BodyIntake(head.framing, size: bodySize(of: call)), phase: .body)
        if head.expectsContinue, intake.isEmpty, !isBodiless(head) {
            loop.outgoing.clear()
            loop.outgoing.writeStaticString("HTTP/1.1 100 Continue\r\n\r\n")
            writeOutgoing()
        }
    }

    func writeOutgoing() {
        context?.writeAndFlush(wrapOutboundOut(loop.outgoing), promise: nil)
    }

    // MARK: Answers of our own

    private func answerHealth() {
        answer(LocalAnswer(status: 200, content: .text(Array("ok".utf8))))
    }

    func refuse(_ denial: CallDenial, closing: Bool) {
        if closing { call?.isLast = true }
        prepareForUnreadBody()
        var answer = LocalAnswer(
            refusing: denial,
            isMessage: call?.route == .mcp,
            messageID: call?.messageID
        )
        if denial.code == .methodNotAllowed, let route = call?.route {
            answer.allowedMethods = route.allowedMethods
        }
        self.answer(answer)
    }

    /// An answer that comes before the body can keep the connection only if the body is small
    /// enough to be read and dropped.
    private func prepareForUnreadBody() {
        guard let call, !call.isBodyRead, !call.isLast else { return }
        switch call.head.framing {
        case .length(let count): call.isLast = count > Self.discardedBytesMax
        case .none, .chunked, .untilClose: break
        }
    }

    func answer(_ answer: LocalAnswer) {
        guard let call else { return }
        loop.outgoing.clear()
        let length = answer.write(answering: call, into: &loop.outgoing)
        call.status = answer.status
        call.denial = answer.denial
        call.responseBytes = length
        writeOutgoing()
        // No byte came in since the request did, so nothing else has read the clock.
        loop.clock.refresh()
        finish()
    }

    /// The answer is written: records the call and makes ready for the next one.
    func finish() {
        guard let call, phase != .closed else { return }
        self.call = nil
        record(call)
        if call.isLast {
            linger()
        } else if call.isBodyRead {
            phase = .head
        } else {
            let dropped = BodyIntake(
                call.head.framing,
                size: Self.discardedSize,
                isDiscarding: true
            )
            beginBody(dropped, phase: .discarding)
        }
    }

    /// The bytes are no request at all, so there is nothing to answer but the fault.
    func refuseMalformed(_ problem: HTTPProblem) {
        if loop.isGuarded, case .deny(let denial) = chain.gate() {
            refuseUnopened(denial)
        } else {
            refuseUnopened(EnvelopeGuard.denial(for: problem))
        }
    }

    /// Answers and ends a connection whose request has no head yet.
    func refuseUnopened(_ denial: CallDenial) {
        let answer = LocalAnswer(refusing: denial, isMessage: false)
        loop.outgoing.clear()
        let length = answer.write(answering: nil, into: &loop.outgoing)
        writeOutgoing()
        recordUnopened(denial, status: answer.status, responseBytes: length)
        linger()
    }
}
