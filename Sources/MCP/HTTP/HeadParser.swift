/// The first line of a head, which says what kind of message it is.
protocol FirstLine: Sendable {
    init(_ line: Range<Int>, in bytes: RawSpan, limits: HeadLimits) throws(HTTPProblem)
}

/// Reads heads by the strict reading of RFC 9112: a first line, fields, and an empty line.
struct HeadParser<First: FirstLine>: Sendable {
    private let limits: HeadLimits
    private var lines = LineScanner()
    private var first: First?
    private(set) var fields = FieldList()

    init(limits: HeadLimits) {
        self.limits = limits
    }

    /// The bytes of the head that `parse` has found whole.
    var byteCount: Int { lines.lineStart }

    /// Reads on in `bytes`, which extends what the call before was given.
    ///
    /// - Returns: The first line once the whole head is there.
    @inline(__always)
    mutating func parse(_ bytes: RawSpan) throws(HTTPProblem) -> First? {
        while true {
            switch lines.next(in: bytes, limit: limits.headBytesMax) {
            case .incomplete: return nil
            case .refused(let problem): throw problem
            case .line(let line):
                guard let first else {
                    first = try First(line.range, in: bytes, limits: limits)
                    continue
                }
                if line.range.isEmpty { return first }
                guard fields.count < limits.fieldCountMax else { throw .tooManyFields }
                fields.append(try FieldParser.parse(line, in: bytes))
            }
        }
    }

    mutating func reset() {
        lines = LineScanner()
        first = nil
        fields.removeAll()
    }
}
