import MCP
import NIOCore
import Policy

/// From a whole request to the last byte of its answer.
extension ClientConnection {
    /// - Parameter body: Nil for a method that has none.
    func dispatch(_ body: ByteBuffer?) {
        phase = .exchange
        guard let call else { return }
        guard loop.isGuarded else { return forward(call, body) }
        guard let body else { return dispatchBodiless(call) }
        let bytes = body.readableBytesSpan
        switch loop.envelopes.scan(bytes) {
        case .failure(let problem):
            answer(LocalAnswer(refusing: JSONRPCRefusal(problem), messageID: nil))
        case .success(let envelope):
            note(envelope, in: bytes, call)
            if let refusal = disagreement(envelope, in: bytes, call) {
                answer(LocalAnswer(refusing: refusal, messageID: call.messageID))
            } else if isForeignCancellation(envelope, in: bytes, call) {
                answer(LocalAnswer(status: 202))
            } else if isRefused(envelope, in: bytes, call) {
                return
            } else if call.upstream == nil {
                answerBuiltIn(envelope, body)
            } else {
                forward(call, body, envelope)
            }
        }
    }

    /// Refuses what the caller may not do, or not now; most callers may do everything.
    private func isRefused(
        _ envelope: MessageEnvelope,
        in bytes: RawSpan,
        _ call: OpenCall
    ) -> Bool {
        guard call.isRestricted || call.policy.snapshot.isRulingOnCalls else { return false }
        let chain = chain(of: call)
        if !chain.authorize(envelope, in: bytes, call) {
            answer(LocalAnswer(forbidding: call, challenges: loop.challenges))
        } else if chain.withholds(envelope, in: bytes, call) {
            answer(LocalAnswer(denyingExistenceFor: call, because: .toolChanged))
        } else if let denial = chain.spend(envelope, in: bytes, call, cache: &rates) {
            refuse(denial, closing: false)
        } else {
            return false
        }
        return true
    }

    /// Whether the message would cancel a call by an id that any client may have chosen.
    ///
    /// The stateless era cancels by disconnecting; to an upstream all clients look like one, so a
    /// cancellation that went on could end somebody else's call.
    private func isForeignCancellation(
        _ envelope: MessageEnvelope,
        in bytes: RawSpan,
        _ call: OpenCall
    ) -> Bool {
        guard call.era == .modern, envelope.kind == .notification, let method = envelope.method
        else { return false }
        return method.hasEscapes || bytes.equals("notifications/cancelled", in: method.bytes)
    }

    /// What the record and an error answer need of the message.
    private func note(_ envelope: MessageEnvelope, in bytes: RawSpan, _ call: OpenCall) {
        if let id = envelope.id, envelope.kind == .request {
            call.messageID = bytes.text(in: id)
        }
        guard let method = envelope.method else { return }
        if bytes.equals("tools/call", in: method.bytes) {
            call.method = "tools/call"
            call.tool = envelope.name.map { CallName.text(of: $0, in: bytes) }
        } else {
            call.method = CallName.text(of: method, in: bytes)
        }
    }

    private func disagreement(
        _ envelope: MessageEnvelope,
        in body: RawSpan,
        _ call: OpenCall
    ) -> JSONRPCRefusal? {
        let headBytes = call.headBytes
        let ruling = HeaderAgreement.check(
            HeaderValues(call.head.fields),
            in: headBytes.readableBytesSpan,
            envelope: envelope,
            body: body
        )
        switch ruling {
        case .legacy:
            call.era = .legacy
            return nil
        case .modern:
            call.era = .modern
            return nil
        case .refuse(let refusal):
            return refusal
        }
    }

    /// GET and DELETE belong to the legacy era; the stateless one has neither streams of its own
    /// nor sessions.
    private func dispatchBodiless(_ call: OpenCall) {
        if isModern(call) {
            refuseModernMethod()
        } else if call.upstream == nil {
            answerBuiltInBodiless(call)
        } else {
            forward(call, nil)
        }
    }

    private func isModern(_ call: OpenCall) -> Bool {
        guard let field = call.head.fields.first(.protocolVersion) else { return false }
        let headBytes = call.headBytes
        let bytes = headBytes.readableBytesSpan
        guard let version = ProtocolVersion(field.value, in: bytes) else { return true }
        return version.isModern
    }

    private func refuseModernMethod() {
        var answer = LocalAnswer(refusing: .methodNotAllowed, isMessage: true)
        answer.allowedMethods = "POST"
        self.answer(answer)
    }

    private func forward(
        _ call: OpenCall,
        _ body: ByteBuffer?,
        _ envelope: MessageEnvelope? = nil
    ) {
        guard let upstream = call.upstream else {
            return refuse(UpstreamFailure.unreachable.denial, closing: false)
        }
        relay = ResponseRelay()
        let outbound = OutboundCall(
            call: call,
            upstream: upstream,
            body: body,
            envelope: envelope
        )
        let receiver = receiver(of: call, envelope, in: body)
        let begun = loop.beginExchange(
            outbound,
            principal: { principal(of: call) },
            for: receiver
        )
        switch begun {
        case .success(let exchange): self.upstream = exchange
        case .failure(let refusal): refuse(refusal.denial, closing: false)
        }
    }

    /// Ends the exchange of a client that is gone.
    ///
    /// In the stateless era that cancels the call; in the legacy era it does
    /// not, so the upstream may finish and what it says is dropped. A legacy GET is nothing but a
    /// stream to this client and ends with it.
    func abandonExchange() {
        let upstream = self.upstream
        let call = self.call
        self.upstream = nil
        self.call = nil
        if let call {
            call.abandon()
            record(call)
        }
        if let call, call.era == .legacy, call.head.method != .get {
            upstream?.detach()
        } else {
            upstream?.cancel()
        }
    }
}

extension ClientConnection: UpstreamReceiver {
    func upstreamResponded(_ head: ResponseHead, framing: BodyFraming, bytes: RawSpan) {
        guard let call else { return }
        loop.outgoing.clear()
        let endsWithConnection = relay.begin(
            head,
            framing: framing,
            of: bytes,
            answering: call,
            isSecure: loop.isSecure,
            into: &loop.outgoing
        )
        call.status = head.status
        call.isLast = call.isLast || endsWithConnection
        if let type = head.fields.first(.contentType) {
            call.isEventStream = MediaTypes.isEventStream(type.value, in: bytes)
        }
        hasUnwrittenRelay = true
    }

    func upstreamSent(_ body: RawSpan) {
        guard call != nil else { return }
        if !hasUnwrittenRelay { loop.outgoing.clear() }
        relay.write(body, into: &loop.outgoing)
        call?.responseBytes += body.byteCount
        hasUnwrittenRelay = true
    }

    func upstreamPaused() {
        writeRelayed()
    }

    func upstreamEnded() {
        upstream = nil
        guard call != nil else { return }
        if !hasUnwrittenRelay { loop.outgoing.clear() }
        relay.end(into: &loop.outgoing)
        hasUnwrittenRelay = loop.outgoing.readableBytes > 0
        writeRelayed()
        finish()
        advance()
    }

    func upstreamFailed(_ failure: UpstreamFailure) {
        upstream = nil
        hasUnwrittenRelay = false
        guard call != nil else { return }
        if relay.isUnderWay {
            // Half an answer is out: only a broken connection tells the client that it is half.
            call?.denial = failure.denial.cause
            abort()
        } else {
            refuse(failure.denial, closing: false)
            advance()
        }
    }

    private func writeRelayed() {
        guard hasUnwrittenRelay else { return }
        hasUnwrittenRelay = false
        relay.isUnderWay = true
        writeOutgoing()
        if !isWritable { upstream?.holdReading() }
    }
}
