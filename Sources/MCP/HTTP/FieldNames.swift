/// Recognises the names in `FieldKind` by length first, then by their first and last eight bytes.
enum FieldNames {
    static func kind(of name: Range<Int>, in bytes: RawSpan) -> FieldKind {
        named(name, in: bytes) ?? prefixed(name, in: bytes)
    }

    /// Whether `name` is a known one once `_` is read as `-`.
    static func isDisguised(_ name: Range<Int>, in bytes: RawSpan) -> Bool {
        guard name.contains(where: { bytes[$0] == 0x5F }) else { return false }
        let dashed = bytes.copy(of: name).map { $0 == 0x5F ? 0x2D : $0 }
        return unsafe kind(of: 0..<dashed.count, in: dashed.span.bytes) != .other
    }

    private static func prefixed(_ name: Range<Int>, in bytes: RawSpan) -> FieldKind {
        if starts(name, with: "mcp-param-", in: bytes) { return .mcpParam }
        if starts(name, with: "x-forwarded-", in: bytes) { return .forwarding }
        if starts(name, with: "proxy-", in: bytes) { return .hopByHop }
        return .other
    }

    private static func starts(
        _ name: Range<Int>,
        with prefix: StaticString,
        in bytes: RawSpan
    ) -> Bool {
        let length = prefix.utf8CodeUnitCount
        guard name.count > length else { return false }
        return bytes.equalsFolded(prefix, in: name.lowerBound..<name.lowerBound + length)
    }

    private static func named(_ name: Range<Int>, in bytes: RawSpan) -> FieldKind? {
        let ends = NameEnds(name, in: bytes)
        @inline(__always)
        func match(_ text: StaticString, _ kind: FieldKind) -> FieldKind? {
            ends == NameEnds(text) && (name.count <= 16 || bytes.equalsFolded(text, in: name))
                ? kind : nil
        }
        return switch name.count {
        case 2:
            match("te", .hopByHop)
        case 4:
            match("host", .host)
                ?? match("date", .date)
        case 6:
            match("accept", .accept)
                ?? match("origin", .origin)
                ?? match("expect", .expect)
                ?? match("cookie", .cookie)
                ?? match("server", .server)
        case 7:
            match("upgrade", .upgrade)
                ?? match("trailer", .hopByHop)
        case 8:
            match("mcp-name", .mcpName)
        case 9:
            match("x-api-key", .apiKey)
                ?? match("x-real-ip", .forwarding)
                ?? match("forwarded", .forwarding)
        case 10:
            match("connection", .connection)
                ?? match("mcp-method", .mcpMethod)
                ?? match("keep-alive", .hopByHop)
                ?? match("set-cookie", .cookie)
        case 11:
            match("retry-after", .retryAfter)
                ?? match("x-client-ip", .forwarding)
                ?? match("x-forwarded", .forwarding)
        case 12:
            match("content-type", .contentType)
        case 13:
            match("authorization", .authorization)
                ?? match("last-event-id", .lastEventID)
                ?? match("x-rewrite-url", .forwarding)
        case 14:
            match("content-length", .contentLength)
                ?? match("mcp-session-id", .sessionID)
                ?? match("true-client-ip", .forwarding)
                ?? match("http2-settings", .hopByHop)
                ?? match("x-original-url", .forwarding)
        case 15:
            match("accept-encoding", .acceptEncoding)
                ?? match("x-original-host", .forwarding)
        case 16:
            match("content-encoding", .contentEncoding)
                ?? match("www-authenticate", .wwwAuthenticate)
                ?? match("cf-connecting-ip", .forwarding)
                ?? match("fastly-client-ip", .forwarding)
        case 17:
            match("transfer-encoding", .transferEncoding)
        case 18:
            match("cf-connecting-ipv6", .forwarding)
        case 19:
            match("x-cluster-client-ip", .forwarding)
        case 20:
            match("mcp-protocol-version", .protocolVersion)
        case 24:
            match("x-original-forwarded-for", .forwarding)
        default: nil
        }
    }
}

/// The first and the last eight bytes of a name, folded; both the same for a shorter one.
private struct NameEnds: Equatable {
    private let first: UInt64
    private let last: UInt64

    @inline(__always)
    init(_ name: Range<Int>, in bytes: RawSpan) {
        if name.count < 8 {
            first = Lanes.folded(bytes.partialWord(in: name))
            last = first
        } else {
            first = Lanes.folded(bytes.word(at: name.lowerBound))
            last = Lanes.folded(bytes.word(at: name.upperBound - 8))
        }
    }

    @inline(__always)
    init(_ text: StaticString) {
        let count = text.utf8CodeUnitCount
        let bytes = unsafe RawSpan(_unsafeStart: text.utf8Start, byteCount: count)
        if count < 8 {
            var word: UInt64 = 0
            for offset in 0..<count { word |= UInt64(bytes[offset]) &<< UInt64(8 &* offset) }
            first = word
            last = word
        } else {
            first = bytes.word(at: 0)
            last = bytes.word(at: count - 8)
        }
    }
}
