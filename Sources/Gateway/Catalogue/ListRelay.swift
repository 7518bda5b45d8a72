import MCP

/// Stands between a server and a client who is shown only a part of a list.
///
/// Nothing of a list goes on unread: what cannot be read for certain is an unusable answer. A
/// message is collected whole; on an event stream, each event goes on as soon as it is whole.
final class ListRelay: UpstreamReceiver {
    private enum Content {
        /// Nothing that could list anything.
        case empty
        case message
        case events
        /// What has come cannot be shown; the client is told at the next moment that allows it.
        case rejected
    }

    private let view: ListView
    private let client: ClientConnection
    private let held: HeldList
    private var content = Content.empty
    private var parser = ServerSentEventParser(
        lineBytesMax: Catalogue.byteCountMax,
        eventBytesMax: Catalogue.byteCountMax
    )
    /// Of a message that is being collected, with its bytes.
    private var head: (head: ResponseHead, bytes: [UInt8])?

    init(showing view: ListView, to client: ClientConnection, on loop: LoopContext) {
        self.view = view
        self.client = client
        held = HeldList(countedIn: loop.services.listBytes)
    }

    func upstreamResponded(_ head: ResponseHead, framing: BodyFraming, bytes: RawSpan) {
        switch ListBody(head, framing: framing, in: bytes) {
        case .none:
            client.upstreamResponded(head, framing: framing, bytes: bytes)
        case .message:
            content = .message
            self.head = (head, bytes.copy(of: 0..<head.byteCount))
        case .events:
            content = .events
            client.upstreamResponded(head, framing: .chunked, bytes: bytes)
        case .unreadable:
            content = .rejected
        }
    }

    func upstreamSent(_ body: RawSpan) {
        switch content {
        case .empty, .rejected: break
        case .message: if !held.append(body) { content = .rejected }
        case .events: relayEvents(in: body.copy(of: 0..<body.byteCount))
        }
    }

    private func relayEvents(in bytes: [UInt8]) {
        do {
            for event in try parser.parse(bytes) where event.isMessage {
                client.upstreamSent(try shown(event).serialized().span.bytes)
            }
        } catch {
            content = .rejected
        }
    }

    private func shown(_ event: ServerSentEvent) throws(Catalogue.Problem) -> ServerSentEvent {
        let message = Array(event.data.utf8)
        guard !event.isBlank, let seen = try view.seen(message.span.bytes) else { return event }
        var event = event
        event.data = String(decoding: seen, as: UTF8.self)
        return event
    }

    func upstreamPaused() {
        switch content {
        case .empty, .events: client.upstreamPaused()
        case .message: break
        case .rejected: client.rejectAnswer()
        }
    }

    func upstreamEnded() {
        switch content {
        case .empty, .events: client.upstreamEnded()
        case .message: relayMessage()
        case .rejected: client.upstreamFailed(.invalid)
        }
    }

    private func relayMessage() {
        let message = held.takeBytes()
        do throws(Catalogue.Problem) {
            let seen = try view.seen(message.span.bytes) ?? message
            guard let head else { return client.upstreamFailed(.invalid) }
            let length = BodyFraming.length(seen.count)
            client.upstreamResponded(head.head, framing: length, bytes: head.bytes.span.bytes)
            client.upstreamSent(seen.span.bytes)
            client.upstreamEnded()
        } catch {
            client.upstreamFailed(.invalid)
        }
    }

    func upstreamFailed(_ failure: UpstreamFailure) {
        client.upstreamFailed(failure)
    }
}

extension ServerSentEvent {
    /// Whether it is of the one type that carries JSON-RPC messages.
    var isMessage: Bool { event.map { $0.utf8.elementsEqual("message".utf8) } ?? true }

    /// Whether it carries nothing, as events do that only give out an id.
    var isBlank: Bool {
        data.utf8.allSatisfy { $0 == ASCII.space || $0 == ASCII.tab || $0 == ASCII.lineFeed }
    }
}
