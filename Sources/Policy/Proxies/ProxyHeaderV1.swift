import MCP

/// `PROXY TCP4 SOURCE DESTINATION SOURCE-PORT DESTINATION-PORT` and the end of the line.
enum ProxyHeaderV1 {
    /// The longest line, its end included.
    static let byteCountMax = 107

    private static let signature = Array("PROXY ".utf8)

    /// Whether the bytes so far are those that every line begins with.
    static func mayBegin(_ bytes: RawSpan) -> Bool {
        signature.prefix(bytes.byteCount).enumerated().allSatisfy { bytes[$0] == $1 }
    }

    /// - Returns: Nil while the line has no end yet.
    static func read(_ bytes: RawSpan) throws(ProxyHeader.Problem) -> ProxyHeader? {
        guard let end = try endOfLine(bytes) else { return nil }
        var words = Words(signature.count..<end)
        guard let family = words.next(in: bytes) else { throw .malformedLine }
        if bytes.equals("UNKNOWN", in: family) {
            // The rest of the line means nothing, whatever it holds.
            return ProxyHeader(source: nil, sourcePort: nil, byteCount: end + 2)
        }
        let isV4 = bytes.equals("TCP4", in: family)
        guard isV4 || bytes.equals("TCP6", in: family),
            let source = address(words.next(in: bytes), isV4: isV4, in: bytes),
            address(words.next(in: bytes), isV4: isV4, in: bytes) != nil,
            let sourcePort = port(words.next(in: bytes), in: bytes),
            port(words.next(in: bytes), in: bytes) != nil,
            words.isAtEnd
        else { throw .malformedLine }
        return ProxyHeader(
            source: ClientAddress(source),
            sourcePort: sourcePort,
            byteCount: end + 2
        )
    }

    /// Where the CR of the line's end is.
    private static func endOfLine(_ bytes: RawSpan) throws(ProxyHeader.Problem) -> Int? {
        let seen = min(bytes.byteCount, byteCountMax)
        for offset in 0..<seen {
            switch bytes[offset] {
            case ASCII.carriageReturn:
                guard offset + 1 < seen else { break }
                guard bytes[offset + 1] == ASCII.lineFeed else { throw .malformedLine }
                return offset
            case 0..<0x20, 0x7F...: throw .malformedLine
            default: break
            }
        }
        guard seen < byteCountMax else { throw .tooLong }
        return nil
    }

    private static func address(
        _ range: Range<Int>?,
        isV4: Bool,
        in bytes: RawSpan
    ) -> IPAddress? {
        guard let range, range.contains(where: { bytes[$0] == ASCII.colon }) != isV4 else {
            return nil
        }
        return IPAddress(parsing: bytes.extracting(range))
    }

    private static func port(_ range: Range<Int>?, in bytes: RawSpan) -> UInt16? {
        guard let range,
            let port = StrictDecimal.parse(range.map { bytes[$0] }, limit: 65_535)
        else { return nil }
        return UInt16(port)
    }

    /// The words of a line, each a single space apart.
    private struct Words {
        private var start: Int
        private let end: Int

        init(_ range: Range<Int>) {
            start = range.lowerBound
            end = range.upperBound
        }

        var isAtEnd: Bool { start > end }

        mutating func next(in bytes: RawSpan) -> Range<Int>? {
            guard start <= end else { return nil }
            var stop = start
            while stop < end, bytes[stop] != ASCII.space { stop += 1 }
            defer { start = stop + 1 }
            return start..<stop
        }
    }
}
