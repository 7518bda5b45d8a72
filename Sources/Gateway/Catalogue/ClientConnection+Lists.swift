import MCP
import NIOCore
import Policy

/// What a client is shown of what servers list.
extension ClientConnection {
    /// Whoever is to hear of a call's answer: somebody who reads it, or the connection itself.
    func receiver(
        of call: OpenCall,
        _ envelope: MessageEnvelope?,
        in body: ByteBuffer?
    ) -> any UpstreamReceiver {
        // A call of a tool lists nothing, and is what most calls are.
        guard loop.isGuarded, call.tool == nil,
            let view = ListView(of: call, envelope, in: body, on: loop)
        else {
            return self
        }
        call.isAnswerRead = true
        return view.isPartial
            ? ListRelay(showing: view, to: self, on: loop)
            : ListObserver(showing: view, to: self, on: loop)
    }

    /// The built-in tools as the caller may see them.
    func shown(
        _ answer: BuiltInAnswer,
        _ envelope: MessageEnvelope,
        in body: ByteBuffer,
        _ call: OpenCall
    ) -> LocalAnswer {
        guard let view = ListView(of: call, envelope, in: body, on: loop) else {
            return LocalAnswer(answer)
        }
        do throws(Catalogue.Problem) {
            var shown = answer
            shown.body = try view.seen(answer.body.span.bytes) ?? answer.body
            return LocalAnswer(shown)
        } catch {
            let denial = UpstreamFailure.invalid.denial
            return LocalAnswer(refusing: denial, isMessage: true, messageID: call.messageID)
        }
    }

    /// Ends an exchange whose answer must not go on, in the middle of it.
    func rejectAnswer() {
        upstream?.cancel()
        upstreamFailed(.invalid)
    }
}
