import MCP

/// What a shared legacy server answered to the gate's own `initialize`, and who waits for it.
///
/// The gate declares no capabilities, so the server has nothing to ask of a client.
enum ChildWelcome {
    /// A client whose `initialize` waits for the server's answer.
    struct Guest {
        /// As it stands in the client's message.
        var id: [UInt8]
        var session: String
        var exchange: ExchangeNumber
        var reply: ChildReply
    }

    /// The server's answer, for any client.
    struct Answer {
        private let message: [UInt8]
        private let id: Range<Int>

        init?(_ message: [UInt8]) {
            guard let id = StdioMessage(message.span.bytes)?.id else { return nil }
            self.message = message
            self.id = id
        }

        func send(to guest: Guest) {
            let own = StdioLine.Replacement(id, with: guest.id)
            let bytes = StdioLine.bytes(of: message.span.bytes, replacing: [own])
            _ = guest.reply.send(.message(bytes, status: 200, session: guest.session))
        }
    }

    static let guestsMax = 256

    case unsaid
    case awaited(CallNumber, [Guest])
    case said(Answer)

    var isAwaited: Bool {
        if case .awaited = self { true } else { false }
    }

    func isAwaited(by number: CallNumber) -> Bool {
        if case .awaited(number, _) = self { true } else { false }
    }

    /// - Returns: False when too many wait, or there is nothing to wait for.
    mutating func await(_ guest: Guest) -> Bool {
        guard case .awaited(let number, let guests) = self, guests.count < Self.guestsMax else {
            return false
        }
        self = .awaited(number, guests + [guest])
        return true
    }

    static let initialized = Array(
        #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#.utf8
    )

    static func request(version: String) -> (message: [UInt8], MessageEnvelope)? {
        let client = JSONValue.record([
            "name": .string("gatehouse"), "version": .string(version),
        ])
        let request = JSONValue.record([
            "jsonrpc": .string("2.0"), "id": .integer(0), "method": .string("initialize"),
            "params": .record([
                "protocolVersion": .string(ProtocolVersion.newestLegacy.rawValue),
                "capabilities": .record([:]),
                "clientInfo": client,
            ]),
        ])
        let message = request.serialized()
        guard case .success(let envelope) = EnvelopeScanner.scan(message.span.bytes) else {
            return nil
        }
        return (message, envelope)
    }
}
