/// Reads request heads by the strict reading of RFC 9112: what two servers could read in two
/// ways is refused.
///
/// One parser serves one connection. Bytes may arrive in any pieces; each is looked at once.
/// An empty line before the request line is refused.
package struct RequestHeadParser: Sendable {
    private var parser: HeadParser<RequestLine>

    package init(limits: HeadLimits = HeadLimits()) {
        parser = HeadParser(limits: limits)
    }

    /// Reads on in `bytes`.
    ///
    /// - Parameter bytes: Everything received since the head began, from its first byte on; until
    ///   the parser is `reset`, each call must extend what the one before was given.
    /// - Returns: The head once it is whole; after `.complete` or `.refused` only `reset` may
    ///   follow.
    package mutating func parse(_ bytes: RawSpan) -> Parse<RequestHead> {
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
    ) -> Parse<RequestHead> {
        var parser = RequestHeadParser(limits: limits)
        return parser.parse(bytes)
    }

    private func head(
        _ line: RequestLine,
        in bytes: RawSpan
    ) throws(HTTPProblem) -> RequestHead {
        let fields = parser.fields
        let rules = FieldRules(fields: fields, isHTTP11: line.isHTTP11)
        try rules.checkRequestFields(in: bytes)
        return RequestHead(
            method: line.method,
            methodRange: line.methodRange,
            target: line.target,
            path: line.path,
            query: line.query,
            isHTTP11: line.isHTTP11,
            fields: fields,
            framing: try rules.framing(in: bytes) ?? .none,
            isKeepAlive: try rules.isKeepAlive(in: bytes),
            expectsContinue: line.isHTTP11 && fields.contains(.expect),
            byteCount: parser.byteCount
        )
    }
}
