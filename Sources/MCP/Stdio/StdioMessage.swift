/// What the gate needs to know of one message that a server wrote to its standard output, as
/// offsets into its bytes.
package struct StdioMessage: Equatable, Sendable {
    package var kind: MessageEnvelope.Kind
    /// The id as it stands in the message, with its quotes; nil for a notification.
    package var id: Range<Int>?
    /// Nil for a response.
    package var method: TextRange?
    /// `params.progressToken`, whatever its type.
    package var progressToken: Range<Int>?
    /// `params.requestId`, whatever its type.
    package var requestID: Range<Int>?
    /// `_meta["io.modelcontextprotocol/subscriptionId"]` of the params or of the result.
    package var subscriptionID: Range<Int>?
    /// `error.code` of a response that is an error.
    package var errorCode: Int?
    /// Whether the response is an error.
    package var isError: Bool

    /// Reads the whole of `bytes` by the strict rules that messages of clients are read by.
    ///
    /// - Returns: Nil for anything but one JSON-RPC message.
    package init?(_ bytes: RawSpan) {
        var scanner = JSONScanner(
            capture: StdioCapture(),
            limits: MessageLimits(),
            slot: StdioCapture.Slot.document.rawValue
        )
        guard (try? scanner.scan(bytes)) != nil else { return nil }
        let values = scanner.capture
        guard values[.document].kind == .object,
            let version = values[.jsonrpc].text, version.equals("2.0", in: bytes),
            let kind = Self.kind(values)
        else { return nil }
        self.kind = kind
        id = values[.id].present
        method = values[.method].text
        progressToken = values[.progressToken].present
        requestID = values[.requestID].present
        subscriptionID = values[.subscriptionID].present
        isError = values[.error].kind == .object
        errorCode = values[.errorCode].integer(in: bytes)
    }

    private static func kind(_ values: StdioCapture) -> MessageEnvelope.Kind? {
        let id = values[.id].kind
        guard id == .absent || id == .string || id == .integer else { return nil }
        let hasResult = values[.result].kind != .absent
        let hasError = values[.error].kind == .object
        switch values[.method].kind {
        case .string where !hasResult && !hasError: return id == .absent ? .notification : .request
        case .absent where hasResult != hasError && id != .absent: return .response
        default: return nil
        }
    }
}

/// Notes the members of a server's message that tell to whom it belongs.
private struct StdioCapture: JSONCapture, Sendable {
    enum Slot: UInt8 {
        case nothing, document
        case jsonrpc, id, method, params, result, error
        case progressToken, requestID, meta, subscriptionID, errorCode
    }

    private enum Scope: UInt8 {
        case nothing, message, params, result, error, meta
    }

    struct Value: Sendable {
        var kind = JSONKind.absent
        var range = 0..<0
        var hasEscapes = false

        var present: Range<Int>? { kind == .absent ? nil : range }

        var text: TextRange? {
            guard kind == .string else { return nil }
            let inside = range.lowerBound + 1..<range.upperBound - 1
            return TextRange(bytes: inside, hasEscapes: hasEscapes)
        }

        func integer(in bytes: RawSpan) -> Int? {
            kind == .integer ? Int(bytes.text(in: range)) : nil
        }
    }

    private var values = InlineArray<13, Value>(repeating: Value())

    subscript(slot: Slot) -> Value { values[Int(slot.rawValue)] }

    mutating func note(_ slot: UInt8, kind: JSONKind, range: Range<Int>, hasEscapes: Bool) {
        values[Int(slot)] = Value(kind: kind, range: range, hasEscapes: hasEscapes)
    }

    static func scope(of slot: UInt8) -> UInt8 {
        let scope: Scope =
            switch Slot(rawValue: slot) {
            case .document: .message
            case .params: .params
            case .result: .result
            case .error: .error
            case .meta: .meta
            default: .nothing
            }
        return scope.rawValue
    }

    static func slot(for key: TextRange, in scope: UInt8, of document: RawSpan) -> UInt8 {
        let slot: Slot =
            switch Scope(rawValue: scope) {
            case .message: messageSlot(key, in: document)
            case .params: paramsSlot(key, in: document)
            case .result: key.equals("_meta", in: document) ? .meta : .nothing
            case .error: key.equals("code", in: document) ? .errorCode : .nothing
            case .meta: metaSlot(key, in: document)
            default: .nothing
            }
        return slot.rawValue
    }

    private static func messageSlot(_ key: TextRange, in document: RawSpan) -> Slot {
        if key.equals("jsonrpc", in: document) { return .jsonrpc }
        if key.equals("id", in: document) { return .id }
        if key.equals("method", in: document) { return .method }
        if key.equals("params", in: document) { return .params }
        if key.equals("result", in: document) { return .result }
        if key.equals("error", in: document) { return .error }
        return .nothing
    }

    private static func paramsSlot(_ key: TextRange, in document: RawSpan) -> Slot {
        if key.equals("progressToken", in: document) { return .progressToken }
        if key.equals("requestId", in: document) { return .requestID }
        if key.equals("_meta", in: document) { return .meta }
        return .nothing
    }

    private static func metaSlot(_ key: TextRange, in document: RawSpan) -> Slot {
        key.equals("io.modelcontextprotocol/subscriptionId", in: document)
            ? .subscriptionID : .nothing
    }
}
