import Testing

@testable import MCP

@Suite struct FieldNamesTests {
    @Test(arguments: [
        ("host", FieldKind.host), ("Origin", .origin), ("Content-Type", .contentType),
        ("CONTENT-LENGTH", .contentLength), ("transfer-encoding", .transferEncoding),
        ("Connection", .connection), ("Accept", .accept), ("Authorization", .authorization),
        ("X-API-Key", .apiKey), ("MCP-Protocol-Version", .protocolVersion),
        ("Mcp-Method", .mcpMethod), ("mcp-name", .mcpName), ("Mcp-Param-X", .mcpParam),
        ("Mcp-Session-Id", .sessionID), ("Last-Event-ID", .lastEventID), ("Expect", .expect),
        ("Upgrade", .upgrade), ("TE", .hopByHop), ("Trailer", .hopByHop),
        ("Keep-Alive", .hopByHop), ("Proxy-Authorization", .hopByHop),
        ("Forwarded", .forwarding), ("X-Forwarded-For", .forwarding),
        ("X-Forwarded-Anything", .forwarding), ("X-Real-IP", .forwarding),
        ("CF-Connecting-IP", .forwarding), ("True-Client-IP", .forwarding),
        ("Cookie", .cookie), ("Date", .date), ("Server", .server),
        ("Retry-After", .retryAfter), ("WWW-Authenticate", .wwwAuthenticate),
        ("Accept-Encoding", .acceptEncoding), ("Content-Encoding", .contentEncoding),
        ("Mcp-Param-", .other), ("X-Hos", .other), ("hosts", .other), ("Content-Lengt", .other),
        ("Content-Length-", .other), ("", .other), ("Mcp_Name", .other),
    ])
    func `knows a field by its name in any case`(name: String, kind: FieldKind) {
        let bytes = Array(name.utf8)
        #expect(FieldNames.kind(of: 0..<bytes.count, in: bytes.span.bytes) == kind)
    }

    @Test func `takes exactly the token characters of RFC 9110 for a name`() {
        let token = Set(
            "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8
        )
        for byte in UInt8.min...UInt8.max {
            #expect(ByteSet.token.contains(byte) == token.contains(byte), "byte \(byte)")
        }
    }

    @Test func `takes exactly the characters of RFC 3986 for a target`() {
        let allowed = Set(
            "-._~!$&'()*+,;=:@/?0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8
        )
        for byte in UInt8.min...UInt8.max {
            #expect(ByteSet.target.contains(byte) == allowed.contains(byte), "byte \(byte)")
        }
    }

    @Test func `folds ASCII capitals and nothing else`() {
        for byte in UInt8.min...UInt8.max {
            let isCapital = (0x41...0x5A).contains(byte)
            #expect(ASCII.folded(byte) == (isCapital ? byte + 32 : byte))
        }
    }
}
