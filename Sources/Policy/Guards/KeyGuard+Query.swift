import MCP

/// Credentials in the query, where proxies and histories would keep them.
extension KeyGuard {
    private static let queryNames = [
        "api_key", "apikey", "api-key", "x-api-key", "key", "token", "access_token",
        "authorization",
    ].map { Array($0.utf8) }
    private static let keyPrefix = Array(KeyText.prefix.utf8)

    /// For a request with a credential in its query.
    package static let inQuery = CallDenial(
        status: 401,
        code: .credentialsInvalid,
        cause: .credentialsInQuery,
        clientMessage: "Send the API key in X-API-Key or Authorization, never in the address"
    )

    /// Whether a query names a credential: a parameter such as `api_key`, or a key's prefix.
    ///
    /// Capitals and percent-encoding hide nothing; `&` and `;` both separate parameters.
    package static func isCredentialInQuery(_ query: RawSpan) -> Bool {
        var start = 0
        while start < query.byteCount {
            var end = start
            while end < query.byteCount, !isSeparator(query[end]) { end += 1 }
            if isCredentialParameter(start..<end, of: query) { return true }
            start = end + 1
        }
        return false
    }

    private static func isSeparator(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "&") || byte == ASCII.semicolon
    }

    private static func isCredentialParameter(_ range: Range<Int>, of query: RawSpan) -> Bool {
        let end = range.first { query[$0] == UInt8(ascii: "=") } ?? range.upperBound
        let name = range.lowerBound..<end
        if queryNames.contains(where: { self.end(of: $0, in: name, of: query) == end }) {
            return true
        }
        let value = min(end + 1, range.upperBound)..<range.upperBound
        return self.end(of: keyPrefix, in: value, of: query) != nil
    }

    /// Where `text` ends if the decoded, folded bytes in `range` begin with it; nil otherwise.
    private static func end(of text: [UInt8], in range: Range<Int>, of query: RawSpan) -> Int? {
        var offset = range.lowerBound
        for expected in text {
            guard offset < range.upperBound else { return nil }
            if let decoded = decodedByte(at: offset, before: range.upperBound, of: query) {
                guard ASCII.folded(decoded) == expected else { return nil }
                offset += 3
            } else {
                guard ASCII.folded(query[offset]) == expected else { return nil }
                offset += 1
            }
        }
        return offset
    }

    private static func decodedByte(at offset: Int, before end: Int, of query: RawSpan) -> UInt8? {
        guard query[offset] == UInt8(ascii: "%"), offset + 2 < end,
            let high = ASCII.hexValue(query[offset + 1]),
            let low = ASCII.hexValue(query[offset + 2])
        else { return nil }
        return high << 4 | low
    }
}
