import MCP

/// Twelve fixed bytes, a command, a family, a length, and so many bytes.
enum ProxyHeaderV2 {
    /// The longest header, extensions included: what fits into the smallest TCP segment.
    static let byteCountMax = 536

    private static let signature: [UInt8] = [
        0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A,
    ]
    private static let fixedByteCount = 16

    /// Whether the bytes so far are those that every header begins with.
    static func mayBegin(_ bytes: RawSpan) -> Bool {
        signature.prefix(bytes.byteCount).enumerated().allSatisfy { bytes[$0] == $1 }
    }

    /// - Returns: Nil while not all of it has come.
    static func read(_ bytes: RawSpan) throws(ProxyHeader.Problem) -> ProxyHeader? {
        guard bytes.byteCount >= fixedByteCount else { return nil }
        let command = bytes[12]
        guard command == 0x20 || command == 0x21 else { throw .unknownCommand }
        let end = fixedByteCount + Int(number(at: 14, of: bytes))
        guard end <= byteCountMax else { throw .tooLong }
        guard bytes.byteCount >= end else { return nil }
        // A proxy's own connection, such as a health check: the rest means nothing.
        if command == 0x20 { return ProxyHeader(source: nil, sourcePort: nil, byteCount: end) }
        return try proxied(bytes, upTo: end)
    }

    private static func proxied(
        _ bytes: RawSpan,
        upTo end: Int
    ) throws(ProxyHeader.Problem) -> ProxyHeader {
        switch bytes[13] {
        case 0x00:
            return ProxyHeader(source: nil, sourcePort: nil, byteCount: end)
        case 0x11:
            try checkExtensions(in: bytes, from: fixedByteCount + 12, upTo: end)
            let value = (0..<4).reduce(UInt32(0)) { $0 << 8 | UInt32(bytes[16 + $1]) }
            return ProxyHeader(
                source: ClientAddress(.v4(value)),
                sourcePort: number(at: 24, of: bytes),
                byteCount: end
            )
        case 0x21:
            try checkExtensions(in: bytes, from: fixedByteCount + 36, upTo: end)
            let halves = (bytes.word(at: 16).byteSwapped, bytes.word(at: 24).byteSwapped)
            return ProxyHeader(
                source: ClientAddress(IPAddress(upper: halves.0, lower: halves.1)),
                sourcePort: number(at: 48, of: bytes),
                byteCount: end
            )
        default:
            throw .unsupportedFamily
        }
    }

    /// Type, length in two bytes, value: one after the other, to the very end.
    private static func checkExtensions(
        in bytes: RawSpan,
        from start: Int,
        upTo end: Int
    ) throws(ProxyHeader.Problem) {
        guard start <= end else { throw .truncatedAddresses }
        var offset = start
        while offset < end {
            guard offset + 3 <= end else { throw .malformedExtensions }
            offset += 3 + Int(number(at: offset + 1, of: bytes))
        }
        guard offset == end else { throw .malformedExtensions }
    }

    private static func number(at offset: Int, of bytes: RawSpan) -> UInt16 {
        UInt16(bytes[offset]) << 8 | UInt16(bytes[offset + 1])
    }
}
