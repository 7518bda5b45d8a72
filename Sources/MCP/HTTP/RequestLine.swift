/// `method SP target SP version`, each by the strict reading.
struct RequestLine: FirstLine {
    let method: HTTPMethod
    let methodRange: Range<Int>
    let target: Range<Int>
    let path: Range<Int>
    let query: Range<Int>?
    let isHTTP11: Bool

    init(
        _ line: Range<Int>,
        in bytes: RawSpan,
        limits: HeadLimits
    ) throws(HTTPProblem) {
        guard !line.isEmpty else { throw .emptyFirstLine }
        methodRange = try Self.methodRange(of: line, in: bytes)
        method = Self.method(in: methodRange, of: bytes)
        let start = methodRange.upperBound + 1
        var end = start
        while end < line.upperBound, bytes[end] != ASCII.space { end += 1 }
        target = start..<end
        guard end < line.upperBound else { throw .malformedRequestLine }
        isHTTP11 = try HTTPVersion.isHTTP11(end + 1..<line.upperBound, in: bytes)
        guard target.count <= limits.targetBytesMax else { throw .targetTooLong }
        guard !target.isEmpty else { throw .malformedRequestLine }
        let mark = try Self.queryMark(in: target, of: bytes, method: method)
        path = start..<(mark ?? end)
        query = mark.map { $0 + 1..<end }
    }

    private static func methodRange(
        of line: Range<Int>,
        in bytes: RawSpan
    ) throws(HTTPProblem) -> Range<Int> {
        var end = line.lowerBound
        while end < line.upperBound, ByteSet.token.contains(bytes[end]) { end += 1 }
        guard end > line.lowerBound else { throw .malformedMethod }
        guard end < line.upperBound else { throw .malformedRequestLine }
        guard bytes[end] == ASCII.space else { throw .malformedMethod }
        return line.lowerBound..<end
    }

    private static func method(in range: Range<Int>, of bytes: RawSpan) -> HTTPMethod {
        switch range.count {
        case 3 where bytes.equals("GET", in: range): .get
        case 4 where bytes.equals("POST", in: range): .post
        case 4 where bytes.equals("HEAD", in: range): .head
        case 6 where bytes.equals("DELETE", in: range): .delete
        case 7 where bytes.equals("OPTIONS", in: range): .options
        default: .other
        }
    }

    /// The offset of the `?` in a target of origin form; nil when there is none, or for `*`.
    private static func queryMark(
        in target: Range<Int>,
        of bytes: RawSpan,
        method: HTTPMethod
    ) throws(HTTPProblem) -> Int? {
        if method == .options, bytes.equals("*", in: target) { return nil }
        guard bytes[target.lowerBound] == ASCII.slash else { throw .unsupportedTargetForm }
        var mark: Int?
        var offset = target.lowerBound
        while offset < target.upperBound {
            let byte = bytes[offset]
            if byte == 0x25 {
                guard isEncodedByte(at: offset, in: target, of: bytes) else {
                    throw .malformedTarget
                }
                offset += 3
                continue
            }
            guard ByteSet.target.contains(byte) else { throw .malformedTarget }
            if byte == 0x3F, mark == nil { mark = offset }
            offset += 1
        }
        return mark
    }

    private static func isEncodedByte(
        at offset: Int,
        in target: Range<Int>,
        of bytes: RawSpan
    ) -> Bool {
        offset + 2 < target.upperBound
            && ASCII.hexValue(bytes[offset + 1]) != nil
            && ASCII.hexValue(bytes[offset + 2]) != nil
    }
}

/// `HTTP/1.1` or `HTTP/1.0`, in exactly these bytes.
enum HTTPVersion {
    static func isHTTP11(
        _ range: Range<Int>,
        in bytes: RawSpan
    ) throws(HTTPProblem) -> Bool {
        if bytes.equals("HTTP/1.1", in: range) { return true }
        if bytes.equals("HTTP/1.0", in: range) { return false }
        guard range.count == 8,
            bytes.equals("HTTP/", in: range.lowerBound..<range.lowerBound + 5),
            ASCII.isDigit(bytes[range.lowerBound + 5]),
            bytes[range.lowerBound + 6] == 0x2E,
            ASCII.isDigit(bytes[range.lowerBound + 7])
        else { throw .malformedVersion }
        throw .unsupportedVersion
    }
}
