import MCP
import NIOCore
import Policy

/// The number that the gate gives to one call to a child, and its JSON-RPC id there.
///
/// Clients choose their ids themselves, so two of them may choose the same one.
typealias CallNumber = Int64

/// What one child was asked by whom, under which numbers, and what its lines mean for them.
///
/// Pure: every change answers with what is to be sent. Ids, progress tokens and subscription ids
/// become the call's number on the way to the child and are put back byte for byte on the way
/// out.
struct ChildDialogue {
    /// For whom the child works.
    enum Audience: Equatable {
        /// One legacy session, which may be asked things in return.
        case session
        /// One principal, in the stateless era.
        case principal
        /// All clients of one era.
        case everyone(WireEra)

        var era: WireEra {
            switch self {
            case .session: .legacy
            case .principal: .modern
            case .everyone(let era): era
            }
        }
    }

    /// What a line of the child's means.
    enum Event: Equatable {
        /// The response to a call, the last that it gets.
        case answer(CallNumber, ChildResponse)
        /// A message that belongs to a call.
        case part(CallNumber, [UInt8])
        /// A message that belongs to no call in particular.
        case unasked([UInt8])
        /// What every client may be told: a catalogue changed.
        case announced([UInt8])
        /// The gate answers the child itself.
        case reply([UInt8])
        /// Of no use: not a message, or one for nobody.
        case dropped
    }

    private struct Question {
        var clientID: [UInt8]
        var progressToken: [UInt8]?
        /// The legacy session that asks.
        var session: String?
    }

    static let callsMax = 256
    /// Requests of the child's to its client that may wait for a response.
    static let requestsMax = 64

    let audience: Audience
    private var questions: [CallNumber: Question] = [:]
    private var lastNumber: CallNumber = 0
    /// The ids of the child's own requests, as they stand in its messages.
    private var requests: Set<[UInt8]> = []

    init(for audience: Audience) {
        self.audience = audience
    }

    var callCount: Int { questions.count }
    var hasRoom: Bool { questions.count < Self.callsMax }
    /// The calls that wait for a response, the latest last.
    var openCalls: [CallNumber] { questions.keys.sorted() }

    // MARK: From clients

    /// A request of a client's, as it goes to the child.
    mutating func ask(
        _ message: RawSpan,
        _ envelope: MessageEnvelope,
        session: String?
    ) -> (number: CallNumber, line: [UInt8]) {
        lastNumber += 1
        let number = Array("\(lastNumber)".utf8)
        let id = envelope.id ?? 0..<0
        questions[lastNumber] = Question(
            clientID: message.copy(of: id),
            progressToken: envelope.progressToken.map { message.copy(of: $0) },
            session: session
        )
        let replaced = [id, envelope.progressToken].compactMap { range in
            range.map { StdioLine.Replacement($0, with: number) }
        }
        return (lastNumber, StdioLine.bytes(of: message, replacing: replaced))
    }

    /// A notification of a client's, as it goes to the child; nil for one that does not.
    mutating func notify(
        _ message: RawSpan,
        _ envelope: MessageEnvelope,
        session: String?
    ) -> [UInt8]? {
        guard audience.era == .legacy, let method = envelope.method else { return nil }
        if method.equals("notifications/cancelled", in: message) {
            guard let id = envelope.requestID,
                let number = number(of: message.copy(of: id), session: session)
            else { return nil }
            let replaced = StdioLine.Replacement(id, with: Array("\(number)".utf8))
            return StdioLine.bytes(of: message, replacing: [replaced])
        }
        return audience == .session ? StdioLine.bytes(of: message) : nil
    }

    private func number(of clientID: [UInt8], session: String?) -> CallNumber? {
        questions.first { $0.value.clientID == clientID && $0.value.session == session }?.key
    }

    /// A client's response to a request of the child's; nil if it answers none.
    mutating func respond(_ message: RawSpan, _ envelope: MessageEnvelope) -> [UInt8]? {
        guard audience == .session, let id = envelope.id,
            requests.remove(message.copy(of: id)) != nil
        else { return nil }
        return StdioLine.bytes(of: message)
    }

    /// Nobody waits for the call any more; what the child is told of it, if anything.
    ///
    /// In the stateless era a client that leaves has cancelled; in the legacy era it has not,
    /// unless its time is up.
    mutating func giveUp(_ number: CallNumber, cancels: Bool) -> [UInt8]? {
        guard cancels, questions.removeValue(forKey: number) != nil else { return nil }
        let text =
            #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"#
            + "\(number)}}"
        return Array(text.utf8)
    }

    // MARK: From the child

    mutating func receive(_ line: RawSpan) -> Event {
        guard let message = StdioMessage(line) else { return .dropped }
        switch message.kind {
        case .response: return answer(message, line)
        case .request: return request(message, line)
        case .notification: return notification(message, line)
        }
    }

    private mutating func answer(_ message: StdioMessage, _ line: RawSpan) -> Event {
        guard let id = message.id, let number = number(at: id, in: line),
            let question = questions.removeValue(forKey: number)
        else { return .dropped }
        let replaced = [id, message.subscriptionID].compactMap { range in
            range.map { StdioLine.Replacement($0, with: question.clientID) }
        }
        let response = ChildResponse(
            message: StdioLine.bytes(of: line, replacing: replaced),
            isError: message.isError,
            errorCode: message.errorCode
        )
        return .answer(number, response)
    }

    private mutating func request(_ message: StdioMessage, _ line: RawSpan) -> Event {
        guard let id = message.id, let method = message.method, audience.era == .legacy else {
            return .dropped
        }
        let ownID = line.copy(of: id)
        if method.equals("ping", in: line) {
            return .reply(Self.response(to: ownID, #""result":{}"#))
        }
        guard audience == .session, requests.count < Self.requestsMax else {
            let error = #""error":{"code":-32601,"message":"There is nobody to ask"}"#
            return .reply(Self.response(to: ownID, error))
        }
        requests.insert(ownID)
        return .unasked(StdioLine.bytes(of: line))
    }

    private static func response(to id: [UInt8], _ outcome: String) -> [UInt8] {
        Array(#"{"jsonrpc":"2.0","id":"#.utf8) + id + Array(",\(outcome)}".utf8)
    }

    private mutating func notification(_ message: StdioMessage, _ line: RawSpan) -> Event {
        if let token = message.progressToken {
            guard let number = number(at: token, in: line),
                let own = questions[number]?.progressToken
            else { return .dropped }
            return part(number, token, own, line)
        }
        if let subscription = message.subscriptionID {
            guard let number = number(at: subscription, in: line),
                let own = questions[number]?.clientID
            else { return .dropped }
            return part(number, subscription, own, line)
        }
        guard let method = message.method else { return .dropped }
        if method.equals("notifications/cancelled", in: line) { return cancellation(message, line) }
        return audienceEvent(method, line)
    }

    private func part(
        _ number: CallNumber,
        _ range: Range<Int>,
        _ own: [UInt8],
        _ line: RawSpan
    ) -> Event {
        let replaced = StdioLine.Replacement(range, with: own)
        return .part(number, StdioLine.bytes(of: line, replacing: [replaced]))
    }

    /// The child takes a request of its own back.
    private mutating func cancellation(_ message: StdioMessage, _ line: RawSpan) -> Event {
        guard let id = message.requestID, requests.remove(line.copy(of: id)) != nil else {
            return .dropped
        }
        return .unasked(StdioLine.bytes(of: line))
    }

    /// Where a notification goes that names no call: one of several clients must not hear what
    /// another's call caused.
    private func audienceEvent(_ method: TextRange, _ line: RawSpan) -> Event {
        switch audience {
        case .session:
            return .unasked(StdioLine.bytes(of: line))
        case .principal:
            guard questions.count == 1, let only = questions.first else { return .dropped }
            return .part(only.key, StdioLine.bytes(of: line))
        case .everyone(.legacy) where Self.isCatalogueChange(method, in: line):
            return .announced(StdioLine.bytes(of: line))
        case .everyone:
            return .dropped
        }
    }

    private static func isCatalogueChange(_ method: TextRange, in line: RawSpan) -> Bool {
        method.equals("notifications/tools/list_changed", in: line)
            || method.equals("notifications/prompts/list_changed", in: line)
            || method.equals("notifications/resources/list_changed", in: line)
    }

    /// The call whose number stands in `range`, written exactly as the gate wrote it.
    private func number(at range: Range<Int>, in line: RawSpan) -> CallNumber? {
        guard range.count <= 19 else { return nil }
        let text = line.text(in: range)
        guard let number = CallNumber(text), "\(number)" == text, questions[number] != nil else {
            return nil
        }
        return number
    }
}

/// A child's response to one call, with the client's own id in it.
struct ChildResponse: Equatable {
    var message: [UInt8]
    var isError: Bool
    var errorCode: Int?

    /// The HTTP status, while nothing but this response was sent.
    func status(in era: WireEra) -> Int {
        guard era == .modern, let errorCode else { return 200 }
        switch errorCode {
        case -32_601: return 404
        case -32_700, -32_600, -32_602, -32_020, -32_021, -32_022: return 400
        default: return 200
        }
    }
}
