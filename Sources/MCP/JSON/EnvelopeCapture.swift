/// Notes the members of a JSON-RPC message that the gate acts on.
struct EnvelopeCapture: JSONCapture, Sendable {
    /// A value that is noted; `nothing` is what the scanner passes over.
    enum Slot: UInt8 {
        case nothing, document
        case jsonrpc, id, method, params, result, error
        case name, uri, taskID, arguments, meta, protocolVersion, cursor, requestID
        case metaVersion, metaCapabilities, progressToken
    }

    /// An object whose members are noted.
    private enum Scope: UInt8 {
        case nothing, message, params, meta
    }

    /// A noted value.
    struct Value {
        fileprivate(set) var kind = JSONKind.absent
        fileprivate var start: Int32 = 0
        fileprivate var end: Int32 = 0
        fileprivate var hasEscapes = false

        /// Where it stands; a string with its quotes.
        var range: Range<Int> { Int(start)..<Int(end) }

        /// The text, when the value is a string.
        var text: TextRange? {
            guard kind == .string else { return nil }
            return TextRange(bytes: Int(start) + 1..<Int(end) - 1, hasEscapes: hasEscapes)
        }

        var isPresent: Bool { kind != .absent }
    }

    private var values = InlineArray<19, Value>(repeating: Value())

    subscript(slot: Slot) -> Value { values[Int(slot.rawValue)] }

    @inline(__always)
    mutating func note(_ slot: UInt8, kind: JSONKind, range: Range<Int>, hasEscapes: Bool) {
        values[Int(slot)] = Value(
            kind: kind,
            start: Int32(truncatingIfNeeded: range.lowerBound),
            end: Int32(truncatingIfNeeded: range.upperBound),
            hasEscapes: hasEscapes
        )
    }

    @inline(__always)
    static func scope(of slot: UInt8) -> UInt8 {
        switch Slot(rawValue: slot) {
        case .document: Scope.message.rawValue
        case .params: Scope.params.rawValue
        case .meta: Scope.meta.rawValue
        default: Scope.nothing.rawValue
        }
    }

    @inline(__always)
    static func slot(for key: TextRange, in scope: UInt8, of document: RawSpan) -> UInt8 {
        let slot: Slot =
            switch Scope(rawValue: scope) {
            case .message: messageSlot(key, in: document)
            case .params: paramsSlot(key, in: document)
            case .meta: metaSlot(key, in: document)
            default: .nothing
            }
        return slot.rawValue
    }

    @inline(__always)
    private static func messageSlot(_ key: TextRange, in document: RawSpan) -> Slot {
        if key.equals("jsonrpc", in: document) { return .jsonrpc }
        if key.equals("id", in: document) { return .id }
        if key.equals("method", in: document) { return .method }
        if key.equals("params", in: document) { return .params }
        if key.equals("result", in: document) { return .result }
        if key.equals("error", in: document) { return .error }
        return .nothing
    }

    @inline(__always)
    private static func paramsSlot(_ key: TextRange, in document: RawSpan) -> Slot {
        if key.equals("name", in: document) { return .name }
        if key.equals("arguments", in: document) { return .arguments }
        if key.equals("_meta", in: document) { return .meta }
        if key.equals("uri", in: document) { return .uri }
        if key.equals("taskId", in: document) { return .taskID }
        if key.equals("protocolVersion", in: document) { return .protocolVersion }
        if key.equals("cursor", in: document) { return .cursor }
        if key.equals("requestId", in: document) { return .requestID }
        return .nothing
    }

    @inline(__always)
    private static func metaSlot(_ key: TextRange, in document: RawSpan) -> Slot {
        if key.equals("io.modelcontextprotocol/protocolVersion", in: document) {
            return .metaVersion
        }
        if key.equals("io.modelcontextprotocol/clientCapabilities", in: document) {
            return .metaCapabilities
        }
        if key.equals("progressToken", in: document) { return .progressToken }
        return .nothing
    }
}
