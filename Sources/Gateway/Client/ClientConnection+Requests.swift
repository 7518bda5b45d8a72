import MCP
import NIOCore
import Policy
import Telemetry

/// From a request's head to the decision where it goes.
extension ClientConnection {
    /// A refused request's body is read and dropped up to this size, to keep the connection.
    private static let discardedBytesMax = 65_536
    private static let discardedSize = BodySizeGuard(bytesMax: discardedBytesMax)

    func chain(of call: OpenCall) -> GuardChain {
        GuardChain(loop: loop, policy: call.policy, client: call.client)
    }

    /// What the guards that need no body say; indirect, because nearly every head passes and the
    /// rest would make each ruling large.
    private indirect enum HeadRuling {
        case passed
        case refused(CallDenial, isFinal: Bool = false)
        case answered(LocalAnswer)
        /// The credential is being judged.
        case pending
    }

    func open(_ head: RequestHead) {
        let headBytes = intake.takeHead(head)
        let call = OpenCall(head: head, headBytes: headBytes, from: client, on: loop)
        self.call = call
        phase = .exchange
        act(on: judgeHead(call), call)
    }

    private func act(on ruling: HeadRuling, _ call: OpenCall) {
        switch ruling {
        case .refused(let denial, let isFinal): refuse(denial, closing: isFinal)
        case .answered(let answer):
            prepareForUnreadBody()
            self.answer(answer)
        case .pending: phase = .verifying
        case .passed where call.route == .health: answerHealth()
        case .passed: receiveBody(of: call)
        }
    }

    private func judgeHead(_ call: OpenCall) -> HeadRuling {
        let headBytes = call.headBytes
        let bytes = headBytes.readableBytesSpan
        guard loop.isGuarded else {
            return judgeTarget(call, in: bytes, nil) ?? judgeShape(call, in: bytes)
        }
        let unlocated = locate(call, in: bytes)
        let chain = chain(of: call)
        if let denial = unlocated ?? chain.gate().denial {
            // A proxy's connection carries the calls of others too.
            return .refused(denial, isFinal: call.client == client)
        }
        return judgeTarget(call, in: bytes, chain) ?? identify(call, in: bytes, chain)
    }

    /// Where the call is to go and what a browser may do there.
    ///
    /// - Returns: Nil when that is in order and nothing is answered yet.
    private func judgeTarget(
        _ call: OpenCall,
        in bytes: RawSpan,
        _ chain: GuardChain?
    ) -> HeadRuling? {
        call.findRoute(in: bytes, resource: loop.resource)
        guard call.route != .unknown else { return .refused(.notFound) }
        switch chain?.browser(call.head, in: bytes, cache: &hosts) {
        case .refused(let denial): return .refused(denial)
        case .preflight(let fields):
            call.crossOriginFields = fields
            return .answered(LocalAnswer(status: 204))
        case .goOn(let fields): call.crossOriginFields = fields
        case nil: break
        }
        guard call.route.allows(call.head.method) else { return .refused(.methodNotAllowed) }
        if call.route == .resource, let resource = loop.resource {
            return .answered(LocalAnswer(status: 200, content: .json(resource.document)))
        }
        return nil
    }

    /// Finds out whose call it is.
    ///
    /// - Returns: Why that cannot be told.
    private func locate(_ call: OpenCall, in bytes: RawSpan) -> CallDenial? {
        if call.policy.snapshot.forwarding.isEnabled {
            switch GuardChain.locate(call.head, in: bytes, from: client, on: loop) {
            case .success(let client): call.client = client
            case .failure(let unlocated): return unlocated.denial
            }
        } else if call.head.fields.contains(.forwarding) {
            loop.recorder.forwardingIgnored()
        }
        return nil
    }

    // MARK: Identity

    private func identify(
        _ call: OpenCall,
        in bytes: RawSpan,
        _ chain: GuardChain
    ) -> HeadRuling {
        if call.route == .health { return settle(chain.admitAnonymous(), call, in: bytes, chain) }
        if loop.load.isShedding, let denial = loop.load.ruling.denial { return .refused(denial) }
        let identification = chain.identify(
            call.head,
            in: bytes,
            certificate: chain.identity(of: certificate),
            cache: &credentials
        )
        switch identification {
        case .settled(let admission): return settle(admission, call, in: bytes, chain)
        case .password(let attempt, let future):
            whenJudged(future, call) { connection, verdict, chain in
                chain.settle(verdict, attempt, cache: &connection.credentials)
            }
        case .token(let token, let future):
            whenJudged(future, call) { connection, verdict, chain in
                chain.settle(verdict, token, cache: &connection.credentials)
            }
        }
        return .pending
    }

    /// Goes on with the call once its credential is judged, if the client is still there.
    private func whenJudged<Verdict: Sendable>(
        _ future: EventLoopFuture<Verdict>,
        _ call: OpenCall,
        _ admit: @escaping (ClientConnection, Verdict, GuardChain) -> GuardChain.Admission
    ) {
        future.assumeIsolated().whenSuccess { [weak self] verdict in
            guard let self, self.phase == .verifying, self.call === call else { return }
            self.loop.clock.refresh()
            self.phase = .exchange
            let headBytes = call.headBytes
            let chain = self.chain(of: call)
            let admission = admit(self, verdict, chain)
            let ruling = self.settle(admission, call, in: headBytes.readableBytesSpan, chain)
            self.act(on: ruling, call)
            self.advance()
        }
    }

    private func settle(
        _ admission: GuardChain.Admission,
        _ call: OpenCall,
        in bytes: RawSpan,
        _ chain: GuardChain
    ) -> HeadRuling {
        switch admission {
        case .refused(let denial, let caller):
            call.caller = caller
            return .refused(denial)
        case .admitted(let caller):
            call.caller = caller
            call.isRestricted = caller.key?.access != nil
            if let denial = chain.admitMore(call) { return .refused(denial) }
            return judgeShape(call, in: bytes)
        }
    }

    /// Size, type and what the client accepts; in this order, as the protocol's own test suite
    /// expects it.
    private func judgeShape(
        _ call: OpenCall,
        in bytes: RawSpan
    ) -> HeadRuling {
        let head = call.head
        guard head.method == .post else {
            if !head.framing.isEmpty { return .refused(.unexpectedBody, isFinal: true) }
            if head.method == .get, call.route == .mcp {
                let accepted = MediaTypes.acceptance(head, in: bytes)
                if !accepted.contains(.eventStream) { return .refused(.streamNotAcceptable) }
            }
            return .passed
        }
        if case .length(let count) = head.framing,
            case .deny(let denial) = bodySize(of: call).ruling(declared: count)
        {
            return .refused(denial, isFinal: true)
        }
        guard loop.isGuarded else { return .passed }
        if case .deny(let denial) = judgeType(head, in: bytes) { return .refused(denial) }
        if MediaTypes.acceptance(head, in: bytes) != .both { return .refused(.notAcceptable) }
        return .passed
    }

    private func bodySize(of call: OpenCall) -> BodySizeGuard {
        BodySizeGuard(bytesMax: call.policy.snapshot.bodyBytesMax)
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
        if head.expectsContinue, intake.isEmpty, !head.framing.isEmpty {
            loop.outgoing.clear()
            loop.outgoing.writeStaticString("HTTP/1.1 100 Continue\r\n\r\n")
            writeOutgoing()
        }
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
        answer.challenges = loop.challenges(for: denial)
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
        let length = answer.write(answering: call, isSecure: loop.isSecure, into: &loop.outgoing)
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
        if loop.isGuarded, let denial = presentChain.gate().denial {
            refuseUnopened(denial)
        } else {
            refuseUnopened(EnvelopeGuard.denial(for: problem))
        }
    }

    /// Answers and ends a connection whose request has no head yet.
    func refuseUnopened(_ denial: CallDenial) {
        let answer = LocalAnswer(refusing: denial, isMessage: false)
        loop.outgoing.clear()
        let length = answer.write(answering: nil, isSecure: loop.isSecure, into: &loop.outgoing)
        writeOutgoing()
        recordUnopened(denial, status: answer.status, responseBytes: length)
        linger()
    }
}
