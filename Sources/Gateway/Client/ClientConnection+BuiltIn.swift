import MCP
import NIOCore
import Policy

/// Answers from the gateway's own tools, when no upstream is set.
extension ClientConnection {
    func answerBuiltIn(_ envelope: MessageEnvelope, _ body: ByteBuffer) {
        guard let call else { return }
        let headBytes = call.headBytes
        let bytes = headBytes.readableBytesSpan
        let version = call.head.fields.first(.protocolVersion)
        let built = BuiltInCall(
            envelope: envelope,
            era: call.era,
            sessionID: sessionID(of: call),
            protocolVersion: version.flatMap { ProtocolVersion($0.value, in: bytes) },
            principal: principal(of: call),
            now: loop.clock.wallNow,
            monotonic: loop.now
        )
        let answer = loop.builtIn.answer(built, body: body.readableBytesSpan)
        self.answer(shown(answer, envelope, in: body, call))
    }

    func answerBuiltInBodiless(_ call: OpenCall) {
        guard call.head.method == .delete else {
            return answer(LocalAnswer(loop.builtIn.streamAnswer(era: .legacy)))
        }
        let deleted = loop.builtIn.deletionAnswer(
            era: .legacy,
            sessionID: sessionID(of: call),
            principal: principal(of: call),
            at: loop.now
        )
        answer(LocalAnswer(deleted))
    }

    private func sessionID(of call: OpenCall) -> String? {
        guard let field = call.head.fields.first(.sessionID) else { return nil }
        let headBytes = call.headBytes
        return headBytes.readableBytesSpan.text(in: field.value)
    }

    /// To whom a session belongs: the key, or the address of a caller without one.
    func principal(of call: OpenCall) -> String {
        if let key = call.caller.key { return "key \(key.id)" }
        return "address \(call.client.group)"
    }
}

extension LocalAnswer {
    init(_ built: BuiltInAnswer) {
        self.init(status: built.status, content: built.body.isEmpty ? .none : .json(built.body))
        sessionID = built.newSession
        denial = built.denial
        allowedMethods = built.allowedMethods
    }
}
