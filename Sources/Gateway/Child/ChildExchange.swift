import MCP
import NIOCore
import Policy
import Synchronization

/// One client's exchange with a child, on the client's loop.
///
/// It tells the receiver what an HTTP upstream would have answered, so that nothing else in the
/// gate need know which kind of server it speaks to.
final class ChildExchange {
    private let host: ChildHost
    private let loop: LoopContext
    private let number: ExchangeNumber
    private let unread = ByteTally()
    private var receiver: (any UpstreamReceiver)?
    private var isHeld = false
    private var held: [ChildAnswer] = []

    private init(_ host: ChildHost, on loop: LoopContext, for receiver: any UpstreamReceiver) {
        self.host = host
        self.loop = loop
        self.receiver = receiver
        number = ExchangeNumber.next()
    }

    /// Hands a call to the host; the receiver hears of it later, never within this call.
    static func begin(
        _ question: ChildQuestion,
        with host: ChildHost,
        on loop: LoopContext,
        for receiver: any UpstreamReceiver
    ) -> ChildExchange {
        let exchange = ChildExchange(host, on: loop, for: receiver)
        let bound = NIOLoopBound(exchange, eventLoop: loop.eventLoop)
        let reply = ChildReply(to: bound, on: loop.eventLoop, exchange.unread)
        host.begin(question, exchange.number, answering: reply)
        return exchange
    }

    /// Ends the exchange and what the child does for it; the receiver hears nothing more.
    func cancel() {
        leave(cancelling: true)
    }

    /// Lets the child finish with nobody waiting.
    func detach() {
        leave(cancelling: false)
    }

    private func leave(cancelling: Bool) {
        guard receiver != nil else { return }
        receiver = nil
        held = []
        host.leave(number, cancelling: cancelling)
    }

    func holdReading() {
        isHeld = true
    }

    func resumeReading() {
        guard isHeld else { return }
        isHeld = false
        let answers = held
        held = []
        for answer in answers { deliver(answer) }
    }

    func deliver(_ answer: ChildAnswer) {
        guard receiver != nil else { return unread.remove(answer.byteCount) }
        guard !isHeld else { return held.append(answer) }
        loop.clock.refresh()
        unread.remove(answer.byteCount)
        hand(answer)
    }

    private func hand(_ answer: ChildAnswer) {
        switch answer {
        case .message(let message, let status, let session):
            respond(status, "Content-Type: application/json", length: message.count, session)
            receiver?.upstreamSent(message.span.bytes)
            end()
        case .done(let status):
            respond(status, nil, length: 0, nil)
            end()
        case .streamBegan(let session):
            respond(200, "Content-Type: text/event-stream", length: nil, session)
            receiver?.upstreamPaused()
        case .event(let message):
            send(Array("data: ".utf8) + message + [0x0A, 0x0A])
        case .keepAlive:
            send(ServerSentEvent.keepAlive)
        case .streamEnded:
            end()
        case .failed(let failure):
            let receiver = self.receiver
            self.receiver = nil
            receiver?.upstreamFailed(failure)
        }
    }

    private func send(_ bytes: [UInt8]) {
        receiver?.upstreamSent(bytes.span.bytes)
        receiver?.upstreamPaused()
    }

    private func end() {
        let receiver = self.receiver
        self.receiver = nil
        receiver?.upstreamEnded()
    }

    /// Begins the answer; a nil `length` is a body that ends when the stream does.
    private func respond(_ status: Int, _ type: String?, length: Int?, _ session: String?) {
        var lines = ["HTTP/1.1 \(status) "]
        if let type { lines.append(type) }
        if let session { lines.append("Mcp-Session-Id: \(session)") }
        if status != 204 {
            lines.append(length.map { "Content-Length: \($0)" } ?? "Transfer-Encoding: chunked")
        }
        let bytes = Array((lines + ["", ""]).joined(separator: "\r\n").utf8)
        guard case .complete(let head) = ResponseHeadParser.parse(bytes.span.bytes) else { return }
        let framing = head.framing(for: .post)
        receiver?.upstreamResponded(head, framing: framing, bytes: bytes.span.bytes)
    }
}

/// Tells exchanges apart, over all loops, for as long as the process runs.
struct ExchangeNumber: Hashable, Sendable {
    private static let last = Atomic<UInt64>(0)
    private let value: UInt64

    static func next() -> ExchangeNumber {
        ExchangeNumber(value: last.add(1, ordering: .relaxed).newValue)
    }
}
