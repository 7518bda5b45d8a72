import MCP

/// Stands between a server and a client who is shown a whole list, and looks at the tools in it.
///
/// Everything goes on as it comes; it is looked at once the client has been sent it.
final class ListObserver: UpstreamReceiver {
    private let view: ListView
    private let client: ClientConnection
    private let held: HeldList
    /// `none` once there is nothing more to look at.
    private var content = ListBody.none
    private var parser = ServerSentEventParser(
        lineBytesMax: Catalogue.byteCountMax,
        eventBytesMax: Catalogue.byteCountMax
    )

    init(showing view: ListView, to client: ClientConnection, on loop: LoopContext) {
        self.view = view
        self.client = client
        held = HeldList(countedIn: loop.services.listBytes)
    }

    func upstreamResponded(_ head: ResponseHead, framing: BodyFraming, bytes: RawSpan) {
        content = ListBody(head, framing: framing, in: bytes)
        if case .unreadable = content { giveUp(isNews: head.status < 400) }
        client.upstreamResponded(head, framing: framing, bytes: bytes)
    }

    func upstreamSent(_ body: RawSpan) {
        client.upstreamSent(body)
        if case .none = content { return }
        if !held.append(body) { giveUp() }
    }

    func upstreamPaused() {
        client.upstreamPaused()
        if case .events = content { lookAtEvents() }
    }

    func upstreamEnded() {
        client.upstreamEnded()
        switch content {
        case .none, .unreadable: break
        case .message: look(at: held.takeBytes())
        case .events: lookAtEvents()
        }
    }

    func upstreamFailed(_ failure: UpstreamFailure) {
        client.upstreamFailed(failure)
    }

    private func lookAtEvents() {
        guard let events = try? parser.parse(held.takeBytes()) else { return giveUp() }
        for event in events where event.isMessage && !event.isBlank {
            look(at: Array(event.data.utf8))
        }
    }

    private func look(at message: [UInt8]) {
        do throws(Catalogue.Problem) {
            _ = try view.seen(message.span.bytes)
        } catch {
            giveUp()
        }
    }

    private func giveUp(isNews: Bool = true) {
        content = .none
        _ = held.takeBytes()
        if isNews { view.inspection?.noteUnreadable() }
    }
}
