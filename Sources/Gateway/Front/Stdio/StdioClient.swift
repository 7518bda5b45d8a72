import MCP
import NIOCore
import Policy
import Telemetry

/// The one client that speaks over standard input and output.
///
/// Each line is a request of its own to the gate, and several may be under way; a line that the
/// server must see before those behind it holds them back. Every request gets exactly one answer,
/// whatever becomes of it, unless the client takes it back. While the client leaves its answers
/// unread, nothing more is read on its behalf.
///
/// Confined to its loop.
final class StdioClient: ChannelInboundHandler, StdioExchange.Listener {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Tells the client's channel that no more lines are to be taken.
    enum Event { case leave }

    /// Calls under way at once; further lines wait.
    static let callsMax = 64
    /// How long calls under way may take once the client has ended its input.
    private static let endingMax = TimeAmount.seconds(10)
    /// How long after the end of one stream of unasked messages the next is opened.
    private static let listeningPause = TimeAmount.seconds(5)

    /// A call under way.
    private struct OpenCall {
        let exchange: StdioExchange
        var call: StdioSession.Call
        /// Whether the client has its answer, or wants none.
        var isSettled = false
    }

    private let loop: LoopContext
    private var session = StdioSession()
    private var lines: LineReader
    private var calls: [Int: OpenCall] = [:]
    private var listener: StdioExchange?
    private var lastNumber = 0
    private var context: ChannelHandlerContext?
    /// Whether the call that was begun last holds back the lines behind it.
    private var isHeld = false
    private var isEnding = false
    private var isReading = true

    init(on loop: LoopContext) {
        self.loop = loop
        lines = LineReader(bytesMax: loop.policy.snapshot.bodyBytesMax)
    }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        isEnding = true
        listener?.cancel()
        for open in calls.values { open.exchange.cancel() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed, Event.leave: inputEnded(context)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        lines.receive(unwrapInboundIn(data))
        advance()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        let isWritable = context.channel.isWritable
        listener?.setReading(isWritable)
        for open in calls.values { open.exchange.setReading(isWritable) }
        advance()
    }

    // MARK: From the client

    private var mayTakeMore: Bool {
        !isHeld && calls.count < Self.callsMax && context?.channel.isWritable == true
    }

    private func advance() {
        lines.bytesMax = loop.policy.snapshot.bodyBytesMax
        var isEmpty = false
        while !isEmpty, mayTakeMore {
            switch lines.next() {
            case .needMore: isEmpty = true
            case .line(let line): take(line)
            case .tooLong: refuseLine()
            }
        }
        if isReading != isEmpty {
            isReading = isEmpty
            context?.channel.setReading(isReading)
        }
        if isEnding, isEmpty, calls.isEmpty { sayFarewell() }
    }

    private func take(_ line: ByteBuffer) {
        let call = session.receive(line)
        guard let cancelledID = call.cancelledID else { return begin(call) }
        // Whatever was answered cannot be taken back, and nobody else's call is asked for.
        guard let number = calls.first(where: { $0.value.call.id == cancelledID })?.key else {
            return
        }
        calls[number]?.isSettled = true
        if calls[number]?.call.isModern == true {
            calls[number]?.exchange.cancel()
        } else {
            begin(call)
        }
    }

    private func begin(_ call: StdioSession.Call) {
        lastNumber += 1
        let exchange = StdioExchange(lastNumber, call.request, for: self)
        calls[lastNumber] = OpenCall(exchange: exchange, call: call)
        isHeld = call.isAlone
        do {
            try exchange.begin(on: loop)
        } catch {
            ended(exchange)
        }
    }

    private func refuseLine() {
        lines.skipLine()
        loop.clock.refresh()
        let denial = ReasonCode.bodyTooLarge
        loop.recorder.record(
            CallRecord(client: .ownMachine, status: 413, denial: denial),
            at: loop.clock.wallNow
        )
        write(
            JSONRPCError.body(
                id: nil,
                code: 413,
                message: "The message is too large",
                reason: denial.rawValue
            )
        )
    }

    // MARK: From the gate

    func received(_ message: [UInt8], by exchange: StdioExchange) {
        let bytes = ByteBuffer(bytes: message)
        let span = bytes.readableBytesSpan
        guard let open = calls[exchange.number] else {
            if exchange === listener, StdioMessage(span) != nil { write(StdioLine.bytes(of: span)) }
            return
        }
        guard let parsed = StdioMessage(span) else { return refused(message, open) }
        if parsed.kind == .response, let id = parsed.id, let own = open.call.id {
            guard span.copy(of: id) == own, !open.isSettled else { return }
            calls[exchange.number]?.isSettled = true
            if open.call.isInitialize {
                session.opened(sessionID: exchange.answer.sessionID, answer: span)
            }
        }
        write(StdioLine.bytes(of: span))
    }

    /// The gate refused a message before it had read its id; or the server's answer is none.
    private func refused(_ body: [UInt8], _ open: OpenCall) {
        guard !open.exchange.answer.isEventStream, !open.isSettled,
            let error = try? JSONValue.parse(body)["error"]
        else { return }
        calls[open.exchange.number]?.isSettled = true
        // A notification is owed nothing.
        guard let id = open.call.id else {
            if open.call.isUnreadable { write(body) }
            return
        }
        write(
            Array(#"{"jsonrpc":"2.0","id":"#.utf8) + id + Array(#","error":"#.utf8)
                + error.serialized() + [0x7D]
        )
    }

    func ended(_ exchange: StdioExchange) {
        if exchange === listener { return listenerEnded(exchange) }
        guard let open = calls.removeValue(forKey: exchange.number) else { return }
        if exchange.number == lastNumber { isHeld = false }
        if !open.isSettled, let id = open.call.id {
            let words = "The call ended without an answer"
            write(JSONRPCError.body(id: id, code: -32_603, message: words))
        }
        if open.call.isInitialized, exchange.answer.status < 300 { listen() }
        advance()
    }

    private func write(_ line: [UInt8]) {
        var bytes = ByteBuffer(bytes: line)
        bytes.writeInteger(UInt8(ascii: "\n"))
        context?.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
    }

    // MARK: Unasked messages

    private func listen() {
        guard listener == nil, !isEnding else { return }
        let exchange = StdioExchange(0, session.listening(), for: self)
        listener = exchange
        do {
            try exchange.begin(on: loop)
        } catch {
            listener = nil
        }
    }

    /// A stream that stood is opened again; a server that offers none is not asked twice.
    private func listenerEnded(_ exchange: StdioExchange) {
        listener = nil
        guard !isEnding, exchange.answer.status == 200, exchange.answer.isEventStream else {
            return
        }
        loop.eventLoop.assumeIsolated().scheduleTask(in: Self.listeningPause) { self.listen() }
    }

    // MARK: End

    /// Calls under way are finished; the lines behind the last whole one are none.
    private func inputEnded(_ context: ChannelHandlerContext) {
        guard !isEnding else { return }
        isEnding = true
        listener?.cancel()
        let channel = context.channel
        loop.eventLoop.scheduleTask(in: Self.endingMax) { channel.close(promise: nil) }
        advance()
    }

    private func sayFarewell() {
        if let farewell = session.farewell() {
            begin(StdioSession.Call(request: farewell, isAlone: true))
        } else {
            context?.close(promise: nil)
        }
    }
}
