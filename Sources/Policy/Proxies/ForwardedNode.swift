import MCP

/// Reads how a proxy names a client: an address, in brackets or with a port if need be.
enum ForwardedNode {
    /// - Parameters:
    ///   - range: Where the name stands, without white space around it.
    ///   - bytes: The head that it stands in.
    ///   - needsBrackets: Whether an IPv6 address must have them, as RFC 7239 has it.
    /// - Returns: Nil for anything else, `unknown` and the obfuscated names of RFC 7239 included.
    static func address(
        _ range: Range<Int>,
        in bytes: RawSpan,
        needsBrackets: Bool
    ) -> IPAddress? {
        guard let first = range.first else { return nil }
        if bytes[first] == UInt8(ascii: "[") { return bracketed(range, in: bytes) }
        guard let colon = onlyColon(in: range, of: bytes) else {
            let isIPv6 = range.contains { bytes[$0] == ASCII.colon }
            return isIPv6 && needsBrackets ? nil : IPAddress(parsing: bytes.extracting(range))
        }
        guard isPort(colon + 1..<range.upperBound, in: bytes) else { return nil }
        return IPAddress(parsing: bytes.extracting(range.lowerBound..<colon))
    }

    /// `[IPv6]` or `[IPv6]:PORT`.
    private static func bracketed(_ range: Range<Int>, in bytes: RawSpan) -> IPAddress? {
        guard let close = range.first(where: { bytes[$0] == UInt8(ascii: "]") }) else { return nil }
        let rest = close + 1..<range.upperBound
        if let colon = rest.first {
            guard bytes[colon] == ASCII.colon, isPort(colon + 1..<rest.upperBound, in: bytes) else {
                return nil
            }
        }
        let inside = range.lowerBound + 1..<close
        guard inside.contains(where: { bytes[$0] == ASCII.colon }) else { return nil }
        return IPAddress(parsing: bytes.extracting(inside))
    }

    /// An IPv4 address with a port has one colon; an IPv6 address has two at least.
    private static func onlyColon(in range: Range<Int>, of bytes: RawSpan) -> Int? {
        guard let colon = range.first(where: { bytes[$0] == ASCII.colon }) else { return nil }
        let isRepeated = (colon + 1..<range.upperBound).contains { bytes[$0] == ASCII.colon }
        return isRepeated ? nil : colon
    }

    private static func isPort(_ range: Range<Int>, in bytes: RawSpan) -> Bool {
        guard (1...5).contains(range.count), range.allSatisfy({ ASCII.isDigit(bytes[$0]) }) else {
            return false
        }
        return range.reduce(0) { $0 * 10 + Int(bytes[$1] - 0x30) } <= 65_535
    }
}
