import MCP
import NIOCore

/// What one client says over standard input, put as requests of HTTP.
///
/// Pure. What HTTP says in fields, standard input does not say at all: the version and the names
/// that are repeated beside a message are taken from the message itself, the session from the
/// answer that opened it. A message that cannot be read is put the same way, so that the same
/// guards refuse it.
struct StdioSession {
    /// One message of the client's, on its way.
    struct Call {
        var request: ByteBuffer
        /// Of a request, as it stands in the message; nil for anything that has no answer.
        var id: [UInt8]?
        /// Whether the client can be told of a refusal only without an id.
        var isUnreadable = false
        /// The id of the request that the message takes back, alike.
        var cancelledID: [UInt8]?
        var isModern = false
        var isInitialize = false
        /// Whether the lines behind it wait for its end, because the server must see it first.
        var isAlone = false
        /// Whether the client is ready for what the server says unasked.
        var isInitialized = false
    }

    /// Longer versions and names are not repeated, and are refused for it.
    private static let fieldBytesMax = 1_024

    private var scanner = EnvelopeScanner()
    private var sessionID: String?
    private var version: ProtocolVersion?

    // MARK: From the client

    mutating func receive(_ line: ByteBuffer) -> Call {
        let bytes = line.readableBytesSpan
        guard case .success(let envelope) = scanner.scan(bytes) else {
            return unreadable(line)
        }
        let isModern = envelope.hasMetaProtocolVersion
        let fields = isModern ? Self.fields(of: envelope, in: bytes) : legacyFields
        var call = Call(request: Self.post(line, fields), isModern: isModern)
        call.isAlone = envelope.kind != .request || envelope.isInitialize
        call.isInitialize = envelope.isInitialize && envelope.kind == .request
        if envelope.kind == .request { call.id = envelope.id.map { bytes.copy(of: $0) } }
        if envelope.kind == .notification, let method = envelope.method {
            call.isInitialized = method.equals("notifications/initialized", in: bytes)
            if method.equals("notifications/cancelled", in: bytes) {
                call.cancelledID = envelope.requestID.map { bytes.copy(of: $0) }
            }
        }
        return call
    }

    private func unreadable(_ line: ByteBuffer) -> Call {
        let bytes = line.readableBytesSpan
        let id = EnvelopeScanner.readableID(in: bytes).map { bytes.copy(of: $0) }
        let request = Self.post(line, legacyFields)
        return Call(request: request, id: id, isUnreadable: id == nil, isAlone: true)
    }

    /// What a legacy server says unasked.
    func listening() -> ByteBuffer {
        Self.request("GET", ["Accept: text/event-stream"] + legacyFields)
    }

    /// The end of a legacy session; nil when there is none.
    mutating func farewell() -> ByteBuffer? {
        guard sessionID != nil else { return nil }
        defer { sessionID = nil }
        return Self.request("DELETE", legacyFields)
    }

    // MARK: From the gate

    /// The answer to `initialize` opened a session, or none.
    mutating func opened(sessionID: String?, answer: RawSpan) {
        self.sessionID = sessionID
        let result = try? JSONValue.parse(answer)["result"]
        version = result?["protocolVersion"]?.string.flatMap(ProtocolVersion.init(rawValue:))
    }

    // MARK: HTTP

    private var legacyFields: [String] {
        [
            version.map { "MCP-Protocol-Version: \($0.rawValue)" },
            sessionID.map { "Mcp-Session-Id: \($0)" },
        ].compactMap(\.self)
    }

    /// The fields that repeat what the message says; what no field can hold is left out.
    private static func fields(of envelope: MessageEnvelope, in bytes: RawSpan) -> [String] {
        [
            ("MCP-Protocol-Version", plain(envelope.metaProtocolVersion, in: bytes)),
            ("Mcp-Method", plain(envelope.method, in: bytes)),
            ("Mcp-Name", text(envelope.name, in: bytes).map { RoutingValue.encoded($0) }),
        ].compactMap { name, value in value.map { "\(name): \($0)" } }
    }

    /// Nothing that could end a field passes.
    private static func plain(_ range: TextRange?, in bytes: RawSpan) -> String? {
        text(range, in: bytes).flatMap { text in
            text.utf8.allSatisfy { 0x21...0x7E ~= $0 } ? text : nil
        }
    }

    private static func text(_ range: TextRange?, in bytes: RawSpan) -> String? {
        guard let range, 1...fieldBytesMax ~= range.bytes.count else { return nil }
        return range.text(in: bytes)
    }

    private static func post(_ line: ByteBuffer, _ fields: [String]) -> ByteBuffer {
        let own = [
            "Content-Type: application/json", "Accept: application/json, text/event-stream",
            "Content-Length: \(line.readableBytes)",
        ]
        var request = request("POST", own + fields)
        request.writeImmutableBuffer(line)
        return request
    }

    private static func request(_ method: String, _ fields: [String]) -> ByteBuffer {
        let lines = ["\(method) /mcp HTTP/1.1", "Host: localhost", "Connection: close"] + fields
        return ByteBuffer(string: lines.joined(separator: "\r\n") + "\r\n\r\n")
    }
}
