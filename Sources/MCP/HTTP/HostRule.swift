/// `name`, `address` or `[address]`, with or without `:port`.
enum HostRule {
    static func check(_ value: Range<Int>, in bytes: RawSpan) throws(HTTPProblem) {
        var end = value.lowerBound
        if end < value.upperBound, bytes[end] == 0x5B {
            end += 1
            while end < value.upperBound, ByteSet.bracketedHost.contains(bytes[end]) { end += 1 }
            guard end < value.upperBound, bytes[end] == 0x5D, end > value.lowerBound + 2 else {
                throw .malformedHost
            }
            end += 1
        } else {
            while end < value.upperBound, ByteSet.hostName.contains(bytes[end]) { end += 1 }
            guard end > value.lowerBound else { throw .malformedHost }
        }
        guard end < value.upperBound else { return }
        guard bytes[end] == ASCII.colon else { throw .malformedHost }
        try checkPort(end + 1..<value.upperBound, in: bytes)
    }

    private static func checkPort(
        _ range: Range<Int>,
        in bytes: RawSpan
    ) throws(HTTPProblem) {
        guard (1...5).contains(range.count) else { throw .malformedHost }
        var port = 0
        for offset in range {
            guard ASCII.isDigit(bytes[offset]) else { throw .malformedHost }
            port = port * 10 + Int(bytes[offset] - 0x30)
        }
        guard (1...65_535).contains(port) else { throw .malformedHost }
    }
}
