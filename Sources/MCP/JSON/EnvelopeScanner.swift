/// Reads a body as one JSON-RPC message that every reader understands alike.
package struct EnvelopeScanner: Sendable {
    private let limits: MessageLimits
    private var scanner: JSONScanner<EnvelopeCapture>

    /// One scanner can read any number of messages, one after the other.
    package init(limits: MessageLimits = MessageLimits()) {
        self.limits = limits
        scanner = JSONScanner(
            capture: EnvelopeCapture(),
            limits: limits,
            slot: EnvelopeCapture.Slot.document.rawValue
        )
    }

    /// Reads the whole of `bytes`.
    ///
    /// JSON that is not strict is found first, wherever in the body it is; then what makes it no
    /// JSON-RPC message of MCP.
    package mutating func scan(_ bytes: RawSpan) -> Result<MessageEnvelope, EnvelopeProblem> {
        do {
            try capture(bytes)
            return .success(try Self.envelope(scanner.capture, in: bytes, limits: limits))
        } catch {
            return .failure(error)
        }
    }

    /// Reads one message; see `scan(_:)`.
    package static func scan(
        _ bytes: RawSpan,
        limits: MessageLimits = MessageLimits()
    ) -> Result<MessageEnvelope, EnvelopeProblem> {
        var scanner = EnvelopeScanner(limits: limits)
        return scanner.scan(bytes)
    }

    /// The id of a body that `scan` refused, where it can be read; for the answer.
    package static func readableID(
        in bytes: RawSpan,
        limits: MessageLimits = MessageLimits()
    ) -> Range<Int>? {
        var scanner = EnvelopeScanner(limits: limits)
        guard (try? scanner.capture(bytes)) != nil else { return nil }
        return try? id(scanner.scanner.capture, in: bytes, limits: limits)
    }

    private mutating func capture(_ bytes: RawSpan) throws(EnvelopeProblem) {
        do {
            try scanner.scan(bytes)
        } catch {
            throw EnvelopeProblem(error)
        }
    }

    private static func envelope(
        _ values: EnvelopeCapture,
        in bytes: RawSpan,
        limits: MessageLimits
    ) throws(EnvelopeProblem) -> MessageEnvelope {
        guard values[.document].kind != .array else { throw .batch }
        guard values[.document].kind == .object else { throw .notAnObject }
        guard let version = values[.jsonrpc].text, version.equals("2.0", in: bytes) else {
            throw .badVersion
        }
        let id = try id(values, in: bytes, limits: limits)
        let kind = try kind(values, hasID: id != nil)
        let params = values[.params].kind
        guard params == .absent || params == .object else { throw .badParameters }
        let meta = values[.meta].kind
        guard meta == .absent || meta == .object else { throw .badMetadata }
        let method = values[.method].text
        return MessageEnvelope(
            kind: kind,
            id: id,
            method: method,
            name: name(values, of: method, in: bytes),
            isInitialize: method?.equals("initialize", in: bytes) ?? false,
            hasMeta: meta == .object,
            metaProtocolVersion: values[.metaVersion].text,
            hasMetaProtocolVersion: values[.metaVersion].isPresent,
            hasClientCapabilities: values[.metaCapabilities].kind == .object,
            initializeVersion: values[.protocolVersion].text,
            arguments: range(values[.arguments]),
            progressToken: range(values[.progressToken]),
            requestID: range(values[.requestID]),
            cursor: values[.cursor].text
        )
    }

    private static func kind(
        _ values: EnvelopeCapture,
        hasID: Bool
    ) throws(EnvelopeProblem) -> MessageEnvelope.Kind {
        let hasResult = values[.result].isPresent
        let hasError = values[.error].isPresent
        guard values[.method].isPresent else {
            guard hasResult || hasError else { throw .missingMethod }
            guard hasResult != hasError, hasID,
                values[.error].kind == .object || hasResult
            else { throw .badResponse }
            return .response
        }
        guard let method = values[.method].text, !method.bytes.isEmpty else { throw .badMethod }
        guard !hasResult, !hasError else { throw .badResponse }
        return hasID ? .request : .notification
    }

    /// The id, where there is one: a string within bounds, or an integer of 64 bits.
    private static func id(
        _ values: EnvelopeCapture,
        in bytes: RawSpan,
        limits: MessageLimits
    ) throws(EnvelopeProblem) -> Range<Int>? {
        let id = values[.id]
        switch id.kind {
        case .absent:
            return nil
        case .string where id.range.count <= limits.idBytesMax:
            return id.range
        case .integer where isCanonicalInteger(id.range, in: bytes):
            return id.range
        default:
            throw .badID
        }
    }

    /// An integer of so many digits, or with a sign one fewer, has no more than 63 bits.
    private static let digitsAlwaysInRange = 18

    /// Whether every reader takes the digits for the same number of 64 bits.
    private static func isCanonicalInteger(_ range: Range<Int>, in bytes: RawSpan) -> Bool {
        guard !bytes.equals("-0", in: range) else { return false }
        return range.count <= digitsAlwaysInRange || Int64(bytes.text(in: range)) != nil
    }

    /// What the method is asked to act on.
    private static func name(
        _ values: EnvelopeCapture,
        of method: TextRange?,
        in bytes: RawSpan
    ) -> TextRange? {
        guard let method else { return nil }
        if method.equals("resources/read", in: bytes) { return values[.uri].text }
        if isTaskMethod(method, in: bytes) { return values[.taskID].text }
        return values[.name].text
    }

    private static func isTaskMethod(_ method: TextRange, in bytes: RawSpan) -> Bool {
        method.equals("tasks/get", in: bytes) || method.equals("tasks/update", in: bytes)
            || method.equals("tasks/cancel", in: bytes)
    }

    private static func range(_ value: EnvelopeCapture.Value) -> Range<Int>? {
        value.isPresent ? value.range : nil
    }
}

extension EnvelopeProblem {
    init(_ problem: JSONProblem) {
        switch problem {
        case .malformed: self = .malformedJSON
        case .duplicateMember: self = .duplicateMember
        case .tooDeep: self = .tooDeep
        }
    }
}
