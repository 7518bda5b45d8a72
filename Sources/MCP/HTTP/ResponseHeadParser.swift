/// Reads response heads as strictly as `RequestHeadParser` reads requests.
///
/// One parser serves one upstream connection. Bytes may arrive in any pieces; each is looked at
/// once.
package struct ResponseHeadParser: Sendable {
    private var parser: HeadParser<StatusLine>

    package init(limits: HeadLimits = HeadLimits()) {
        parser = HeadParser(limits: limits)
    }

    /// Reads on in `bytes`.
    ///
    /// - Parameter bytes: Everything received since the head began, from its first byte on; until
    ///   the parser is `reset`, each call must extend what the one before was given.
    /// - Returns: The head once it is whole; after `.complete` or `.refused` only `reset` may
    ///   follow.
    package mutating func parse(_ bytes: RawSpan) -> Parse<ResponseHead> {
        do {
            guard let line = try parser.parse(bytes) else { return .incomplete }
            return .complete(try head(line, in: bytes))
        } catch {
            return .refused(error)
        }
    }

    /// Makes ready for the next head on the connection.
    package mutating func reset() {
        parser.reset()
    }

    /// Reads one head that has wholly arrived, or says that it has not.
    package static func parse(
        _ bytes: RawSpan,
        limits: HeadLimits = HeadLimits()
    ) -> Parse<ResponseHead> {
        var parser = ResponseHeadParser(limits: limits)
        return parser.parse(bytes)
    }

    private func head(
        _ line: StatusLine,
        in bytes: RawSpan
    ) throws(HTTPProblem) -> ResponseHead {
        let fields = parser.fields
        let rules = FieldRules(fields: fields, isHTTP11: line.isHTTP11)
        let framing = try rules.framing(in: bytes)
        if line.status < 200 || line.status == 204 {
            guard framing != .chunked else { throw .encodingNotAllowed }
            if case .length(let length) = framing, length > 0 { throw .lengthNotAllowed }
        }
        let keepsAlive = try rules.isKeepAlive(in: bytes)
        return ResponseHead(
            status: line.status,
            isHTTP11: line.isHTTP11,
            fields: fields,
            isKeepAlive: keepsAlive,
            byteCount: parser.byteCount,
            declaredFraming: framing ?? .untilClose
        )
    }
}

/// `version SP status [SP reason]`.
struct StatusLine: FirstLine {
    let status: Int
    let isHTTP11: Bool

    init(
        _ line: Range<Int>,
        in bytes: RawSpan,
        limits: HeadLimits
    ) throws(HTTPProblem) {
        guard !line.isEmpty else { throw .emptyFirstLine }
        let start = line.lowerBound
        guard line.count >= 12, bytes[start + 8] == ASCII.space else {
            throw .malformedStatusLine
        }
        isHTTP11 = try HTTPVersion.isHTTP11(start..<start + 8, in: bytes)
        var status = 0
        for offset in start + 9..<start + 12 {
            guard ASCII.isDigit(bytes[offset]) else { throw .malformedStatusLine }
            status = status * 10 + Int(bytes[offset] - 0x30)
        }
        guard (100...599).contains(status) else { throw .malformedStatusLine }
        guard line.count == 12 || bytes[start + 12] == ASCII.space else {
            throw .malformedStatusLine
        }
        guard status != 101 else { throw .unexpectedUpgrade }
        self.status = status
    }
}
