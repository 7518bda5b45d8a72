import Glibc
import MCP
import NIOCore
import Policy

/// Whoever keeps the children; on their loop.
protocol ChildKeeper: AnyObject {
    /// Nobody waits on the exchange any more.
    func childFinished(_ exchange: ExchangeNumber)
    /// The server refused to open the session, or ended it.
    func childClosed(session: String)
    /// All its calls have failed and it takes no more; it may still run.
    func childEnded(_ child: Child, _ reason: ChildSilence)
}

/// One server that the gate has started, with everybody who waits for it.
final class Child: ChildListener {
    private struct OpenCall {
        var exchange: ExchangeNumber
        /// Nil once the client has left a call that goes on.
        var reply: ChildReply?
        /// The session that the call opens, told to the client with the answer.
        var session: String?
        var isListening: Bool
        var isStreaming = false
        var deadline: MonotonicTime
        var lastSent: MonotonicTime
    }

    private struct Stream {
        var exchange: ExchangeNumber
        var reply: ChildReply
        var lastSent: MonotonicTime
    }

    /// Silence on a stream after which the client is sent a sign of life.
    private static let keepAliveSeconds: Int64 = 15
    /// Messages and bytes kept for a session that has no stream open.
    private static let keptMessagesMax = 32
    private static let keptBytesMax = 1_048_576

    let upstream: Upstream
    /// Whose it is; empty for one that everyone shares.
    let owner: String
    let started: MonotonicTime
    private(set) var lastUse: MonotonicTime
    /// Takes no more calls and ends after the last.
    private(set) var isRetired = false
    private let process: ChildProcess
    private let times: TimeSpans
    private weak var keeper: (any ChildKeeper)?
    private var dialogue: ChildDialogue
    private var calls: [CallNumber: OpenCall] = [:]
    private var streams: [String: Stream] = [:]
    private var kept: [[UInt8]] = []
    private var welcome = ChildWelcome.unsaid

    init(
        _ process: ChildProcess,
        of upstream: Upstream,
        owner: String,
        audience: ChildDialogue.Audience,
        times: TimeSpans,
        keeper: any ChildKeeper
    ) {
        self.process = process
        self.upstream = upstream
        self.owner = owner
        self.times = times
        self.keeper = keeper
        dialogue = ChildDialogue(for: audience)
        started = GatewayClock.monotonic()
        lastUse = started
    }

    var processID: pid_t { process.processID }
    var era: WireEra { dialogue.audience.era }
    /// Whether it outlives each of its sessions.
    var isShared: Bool { dialogue.audience != .session }
    var isBusy: Bool { !calls.isEmpty || !streams.isEmpty || welcome.isAwaited }

    func connect() {
        process.connect(self)
    }

    // MARK: Calls

    /// - Returns: Whether the call is under way; the reply heard why if not.
    func ask(
        _ message: RawSpan,
        _ envelope: MessageEnvelope,
        session: String?,
        opensSession: Bool,
        _ exchange: ExchangeNumber,
        _ reply: ChildReply
    ) -> CallNumber? {
        let now = use()
        guard dialogue.hasRoom, process.hasRoom(forBytes: message.byteCount) else {
            reply.fail(.refused(.upstreamOverloaded))
            return nil
        }
        let (number, line) = dialogue.ask(message, envelope, session: session)
        let isListening = envelope.method?.equals("subscriptions/listen", in: message) ?? false
        calls[number] = OpenCall(
            exchange: exchange,
            reply: reply,
            session: opensSession ? session : nil,
            isListening: isListening,
            deadline: now.advanced(by: times.responseHead),
            lastSent: now
        )
        process.send(line)
        return number
    }

    /// Takes a notification or a response of a client's.
    ///
    /// - Returns: False when there is no room for it.
    func tell(_ message: RawSpan, _ envelope: MessageEnvelope, session: String?) -> Bool {
        use()
        guard process.hasRoom(forBytes: message.byteCount) else { return false }
        let line =
            envelope.kind == .response
            ? dialogue.respond(message, envelope)
            : dialogue.notify(message, envelope, session: session)
        if let line { process.send(line) }
        return true
    }

    /// The client of a call has left.
    func leave(_ number: CallNumber, cancelling: Bool) {
        guard let call = calls[number] else { return }
        guard cancelling else {
            calls[number]?.reply = nil
            return
        }
        if let line = dialogue.giveUp(number, cancels: true) { process.send(line) }
        calls[number] = nil
        finished(call.exchange)
    }

    // MARK: Streams

    /// Opens a session's stream for what the server says unasked; false if it has one.
    func attach(_ exchange: ExchangeNumber, _ reply: ChildReply, session: String) -> Bool {
        guard streams[session] == nil else { return false }
        let now = use()
        streams[session] = Stream(exchange: exchange, reply: reply, lastSent: now)
        _ = reply.send(.streamBegan(session: nil))
        let messages = kept
        kept = []
        for message in messages { sendUnasked(message) }
        return true
    }

    func detach(session: String) {
        guard let stream = streams.removeValue(forKey: session) else { return }
        lastUse = GatewayClock.monotonic()
        finished(stream.exchange)
    }

    /// Ends what a session still has open, because it is over.
    func close(session: String) {
        if let stream = streams[session] { _ = stream.reply.send(.streamEnded) }
        detach(session: session)
    }

    private func send(_ message: [UInt8], on session: String) {
        guard let stream = streams[session] else { return }
        streams[session]?.lastSent = GatewayClock.monotonic()
        if !stream.reply.send(.event(message)) {
            stream.reply.fail(.invalid)
            detach(session: session)
        }
    }

    // MARK: Opening a shared session

    /// Opens the one session of a shared legacy child, in the gate's own name.
    func open(version: String) {
        guard let (message, envelope) = ChildWelcome.request(version: version) else { return }
        let (number, line) = dialogue.ask(message.span.bytes, envelope, session: nil)
        welcome = .awaited(number, [])
        process.send(line)
    }

    /// Answers a client's `initialize` with what the server answered the gate.
    func greet(
        id: [UInt8],
        session: String,
        _ exchange: ExchangeNumber,
        _ reply: ChildReply
    ) {
        use()
        let guest = ChildWelcome.Guest(id: id, session: session, exchange: exchange, reply: reply)
        if case .said(let answer) = welcome {
            answer.send(to: guest)
        } else if !welcome.await(guest) {
            reply.fail(.refused(.upstreamOverloaded))
        }
    }

    private func opened(_ response: ChildResponse) {
        guard case .awaited(_, let guests) = welcome else { return }
        guard !response.isError, let answer = ChildWelcome.Answer(response.message) else {
            return fellSilent(.refusedToOpen)
        }
        welcome = .said(answer)
        process.send(ChildWelcome.initialized)
        for guest in guests { answer.send(to: guest) }
    }

    // MARK: From the process

    func childSaid(_ line: ByteBuffer) {
        switch dialogue.receive(line.readableBytesSpan) {
        case .answer(let number, let response):
            if welcome.isAwaited(by: number) { opened(response) } else { answer(number, response) }
        case .part(let number, let message): part(number, message)
        case .unasked(let message): sendUnasked(message)
        case .announced(let message): for session in streams.keys { send(message, on: session) }
        case .reply(let message):
            if process.hasRoom(forBytes: message.count) { process.send(message) }
        case .dropped: break
        }
    }

    func childFellSilent(_ reason: ChildSilence) {
        fellSilent(reason)
    }

    private func fellSilent(_ reason: ChildSilence) {
        isRetired = true
        for call in calls.values {
            call.reply?.fail(call.isStreaming ? .invalid : .unreachable)
            keeper?.childFinished(call.exchange)
        }
        calls = [:]
        for session in Array(streams.keys) { close(session: session) }
        if case .awaited(_, let guests) = welcome {
            for guest in guests { guest.reply.fail(.unreachable) }
            welcome = .unsaid
        }
        process.end()
        keeper?.childEnded(self, reason)
    }

    private func answer(_ number: CallNumber, _ response: ChildResponse) {
        guard let call = calls.removeValue(forKey: number) else { return }
        if call.isStreaming {
            if call.reply?.send(.event(response.message)) == false { call.reply?.fail(.invalid) }
            _ = call.reply?.send(.streamEnded)
        } else {
            let status = response.status(in: dialogue.audience.era)
            let session = response.isError ? nil : call.session
            _ = call.reply?.send(.message(response.message, status: status, session: session))
        }
        if response.isError, let session = call.session { keeper?.childClosed(session: session) }
        finished(call.exchange)
    }

    private func part(_ number: CallNumber, _ message: [UInt8]) {
        let now = GatewayClock.monotonic()
        guard let call = calls[number], let reply = call.reply else { return }
        if !call.isStreaming { _ = reply.send(.streamBegan(session: call.session)) }
        calls[number]?.isStreaming = true
        calls[number]?.lastSent = now
        calls[number]?.deadline = call.isListening ? .never : now.advanced(by: times.streamIdle)
        if !reply.send(.event(message)) {
            reply.fail(.invalid)
            leave(number, cancelling: true)
        }
    }

    /// To the stream of the one call under way, which caused it; else to the session's own stream,
    /// else to the latest call; else it waits for a stream to open.
    private func sendUnasked(_ message: [UInt8]) {
        let awaited = calls.filter { $0.value.reply != nil }.keys.sorted()
        if awaited.count == 1 || (streams.isEmpty && !awaited.isEmpty) {
            part(awaited[awaited.count - 1], message)
        } else if let session = streams.keys.first {
            send(message, on: session)
        } else if kept.count < Self.keptMessagesMax,
            kept.reduce(message.count, { $0 + $1.count }) <= Self.keptBytesMax
        {
            kept.append(message)
        }
    }

    // MARK: Time and end

    /// Does what is due at `now`.
    func sweep(at now: MonotonicTime) {
        for (number, call) in calls where call.deadline <= now {
            call.reply?.fail(.timeout)
            leave(number, cancelling: true)
        }
        let silentSince = MonotonicTime(
            nanoseconds: now.nanoseconds - Self.keepAliveSeconds * 1_000_000_000
        )
        for (number, call) in calls where call.isStreaming && call.lastSent < silentSince {
            calls[number]?.lastSent = now
            _ = call.reply?.send(.keepAlive)
        }
        for (session, stream) in streams where stream.lastSent < silentSince {
            streams[session]?.lastSent = now
            _ = stream.reply.send(.keepAlive)
        }
        if welcome.isAwaited, started.advanced(by: times.responseHead) <= now {
            fellSilent(.refusedToOpen)
        }
    }

    /// - Returns: Whether the process and its group are gone.
    func isGone(at now: MonotonicTime) -> Bool {
        process.sweep(at: now)
    }

    /// Takes no more calls; ends once those under way are done.
    func retire() {
        isRetired = true
        for session in Array(streams.keys) { close(session: session) }
        if !isBusy { end() }
    }

    /// Ends it now; whoever waits is told.
    func end() {
        fellSilent(.toldTo)
    }

    private func finished(_ exchange: ExchangeNumber) {
        lastUse = GatewayClock.monotonic()
        keeper?.childFinished(exchange)
        if isRetired, !isBusy { end() }
    }

    @discardableResult
    private func use() -> MonotonicTime {
        lastUse = GatewayClock.monotonic()
        return lastUse
    }
}
