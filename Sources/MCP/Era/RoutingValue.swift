/// The value of `Mcp-Name`: plain visible ASCII, or `=?base64?…?=` around base64 of UTF-8.
package enum RoutingValue {
    private static let prefix: StaticString = "=?base64?"
    private static let suffix: StaticString = "?="

    /// Whether the header's value stands for `text`, byte for byte.
    ///
    /// - Parameters:
    ///   - value: The value in `head`, without white space around it.
    ///   - head: The bytes of the request's head.
    ///   - text: The string in `body`.
    ///   - body: The bytes of the request's body.
    /// - Returns: False also for a value with bytes that may not be there or a bad encoding.
    package static func matches(
        _ value: Range<Int>,
        in head: RawSpan,
        _ text: TextRange,
        of body: RawSpan
    ) -> Bool {
        guard value.allSatisfy({ ASCII.isVisible(head[$0]) || head[$0] == ASCII.space }) else {
            return false
        }
        guard let encoded = encodedPart(of: value, in: head) else {
            return text.equals(value, of: head, in: body)
        }
        guard let decoded = Base64.decode(encoded, in: head) else { return false }
        let bytes = unsafe decoded.span.bytes
        return UTF8Rule.holds(for: bytes)
            && text.equals(0..<decoded.count, of: bytes, in: body)
    }

    /// A value that stands for `text`: the text itself where a field can hold it as it is.
    package static func encoded(_ text: String) -> String {
        let bytes = Array(text.utf8)
        let isPlain = bytes.allSatisfy { ASCII.isVisible($0) || $0 == ASCII.space }
        let hasBlankEdge = bytes.first == ASCII.space || bytes.last == ASCII.space
        if isPlain, !hasBlankEdge, !text.hasPrefix("=?") { return text }
        return "\(prefix)\(Base64.encode(bytes))\(suffix)"
    }

    /// What stands between the markers; nil unless both are there.
    private static func encodedPart(of value: Range<Int>, in head: RawSpan) -> Range<Int>? {
        let start = value.lowerBound + prefix.utf8CodeUnitCount
        let end = value.upperBound - suffix.utf8CodeUnitCount
        guard start <= end,
            head.equals(prefix, in: value.lowerBound..<start),
            head.equals(suffix, in: end..<value.upperBound)
        else { return nil }
        return start..<end
    }
}
