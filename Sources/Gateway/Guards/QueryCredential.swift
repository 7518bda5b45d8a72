import MCP

/// Finds a credential that was put into the query, where proxies and histories would keep it.
///
/// Names only are looked at: no value of the query is ever read, kept or logged.
enum QueryCredential {
    private static let names: [StaticString] = [
        "api_key", "apikey", "api-key", "x-api-key", "key", "token", "access_token",
    ]
    /// Longer than every name above, percent-encoded.
    private static let nameBytesMax = 64

    static func isPresent(in query: Range<Int>, of bytes: RawSpan) -> Bool {
        var start = query.lowerBound
        while start < query.upperBound {
            var end = start
            while end < query.upperBound, !isSeparator(bytes[end]) { end += 1 }
            if namesCredential(start..<end, of: bytes) { return true }
            end = min(end, query.upperBound)
            start = end + 1
        }
        return false
    }

    private static func isSeparator(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "&") || byte == UInt8(ascii: ";")
    }

    private static func namesCredential(_ pair: Range<Int>, of bytes: RawSpan) -> Bool {
        var name: [UInt8] = []
        var offset = pair.lowerBound
        while offset < pair.upperBound, bytes[offset] != UInt8(ascii: "="),
            name.count < nameBytesMax
        {
            if let decoded = decodedByte(at: offset, before: pair.upperBound, of: bytes) {
                name.append(ASCII.folded(decoded))
                offset += 3
            } else {
                name.append(ASCII.folded(bytes[offset]))
                offset += 1
            }
        }
        return name.withUnsafeBytes { name in
            let span = RawSpan(_unsafeBytes: name)
            return names.contains { span.equals($0, in: 0..<name.count) }
        }
    }

    private static func decodedByte(at offset: Int, before end: Int, of bytes: RawSpan) -> UInt8? {
        guard bytes[offset] == UInt8(ascii: "%"), offset + 2 < end,
            let high = ASCII.hexValue(bytes[offset + 1]),
            let low = ASCII.hexValue(bytes[offset + 2])
        else { return nil }
        return high << 4 | low
    }
}
