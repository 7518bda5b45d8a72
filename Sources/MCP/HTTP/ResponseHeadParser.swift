/// Reads response heads as strictly as `RequestHeadParser` reads requests.
///
/// One parser serves one upstream connection. Bytes may arrive in any pieces; each is looked at
/// once.
package struct ResponseHeadParser: Sendable {
    private let limits: HeadLimits
    private var lines = LineScanner()
    private var line: StatusLine?
    private var fields = FieldList()

    package init(limits: HeadLimits = HeadLimits()) {
        self.limits = limits
    }

    /// Reads on in `bytes`.
    ///
    /// - Parameter bytes: Everything received since the head began, from its first byte on; until
    ///   the parser is `reset`, each call must extend what the one before was given.
    /// - Returns: The head once it is whole; after `.complete` or `.refused` only `reset` may
    ///   follow.
    package mutating func parse(_ bytes: RawSpan) -> Parse<ResponseHead> {
        do {
            while true {
                switch lines.next(in: bytes, limit: limits.headBytesMax) {
                case .incomplete:
                    return .incomplete
                case .refused(let problem):
                    return .refused(problem)
                case .line(let range):
                    if let head = try read(range, in: bytes) { return .complete(head) }
                }
            }
        } catch {
            return .refused(error)
        }
    }

    /// Makes ready for the next head on the connection.
    package mutating func reset() {
        lines = LineScanner()
        line = nil
        fields.removeAll()
    }

    /// Reads one head that has wholly arrived, or says that it has not.
    package static func parse(
        _ bytes: RawSpan,
        limits: HeadLimits = HeadLimits()
    ) -> Parse<ResponseHead> {
        var parser = ResponseHeadParser(limits: limits)
        return parser.parse(bytes)
    }

    private mutating func read(
        _ range: Range<Int>,
        in bytes: RawSpan
    ) throws(HTTPProblem) -> ResponseHead? {
        guard let line else {
            line = try StatusLine(range, in: bytes)
            return nil
        }
        guard range.isEmpty else {
            guard fields.count < limits.fieldCountMax else { throw .tooManyFields }
            fields.append(try FieldParser.parse(range, in: bytes))
            return nil
        }
        return try head(line, in: bytes)
    }

    private func head(
        _ line: StatusLine,
        in bytes: RawSpan
    ) throws(HTTPProblem) -> ResponseHead {
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
            byteCount: lines.lineStart,
            declaredFraming: framing ?? .untilClose
        )
    }
}

/// `version SP status [SP reason]`.
struct StatusLine: Sendable {
    let status: Int
    let isHTTP11: Bool

    init(_ line: Range<Int>, in bytes: RawSpan) throws(HTTPProblem) {
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
