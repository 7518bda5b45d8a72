import Testing

@testable import MCP

@Suite struct HeaderAgreementTests {
    private static let meta =
        #""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}"#

    private static func call(_ params: String, method: String = "tools/call") -> String {
        #"{"jsonrpc":"2.0","id":1,"method":""# + method + #"","params":{"# + params + "}}"
    }

    private static let modernCall = call(#""name":"echo","# + meta)
    private static let modernFields = [
        "MCP-Protocol-Version: 2026-07-28", "Mcp-Method: tools/call", "Mcp-Name: echo",
    ]

    @Test func `serves a modern call whose headers say what its body says`() {
        #expect(ruling(Self.modernFields, Self.modernCall) == .modern)
    }

    @Test(arguments: [
        "2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", nil,
    ])
    func `serves a message without the envelope as legacy`(version: String?) {
        let fields = version.map { ["mcp-protocol-version: \($0)"] } ?? []
        #expect(ruling(fields, Self.call(#""name":"echo""#)) == .legacy)
    }

    @Test(arguments: ["2024-11-05", "2025-11-25", nil])
    func `refuses the modern envelope under a legacy header or none`(version: String?) {
        let fields = version.map { ["mcp-protocol-version: \($0)"] } ?? []
        #expect(code(fields, Self.modernCall) == -32_020)
    }

    @Test(arguments: [
        "MCP-Protocol-Version: 2026-07-28", "Mcp-Method: tools/call", "Mcp-Name: echo",
    ])
    func `refuses a repeated routing header, even an equal one`(field: String) {
        #expect(code(Self.modernFields + [field], Self.modernCall) == -32_020)
    }

    @Test(arguments: [
        ("no metadata", #""name":"echo""#),
        ("no version", #""name":"echo","_meta":{"io.modelcontextprotocol/clientCapabilities":{}}"#),
        (
            "version as number",
            #""name":"echo","_meta":{"io.modelcontextprotocol/protocolVersion":1,"io.modelcontextprotocol/clientCapabilities":{}}"#
        ),
        (
            "no capabilities",
            #""name":"echo","_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}"#
        ),
        (
            "capabilities as array",
            #""name":"echo","_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":[]}"#
        ),
    ])
    func `refuses a modern request without its envelope`(name: String, params: String) {
        let refusal = refusal(Self.modernFields, Self.call(params))
        #expect(refusal?.code == -32_602)
        #expect(refusal?.reason == "metadata_missing")
        #expect(refusal?.httpStatus == 400)
    }

    @Test(arguments: [
        (
            "other version",
            ["MCP-Protocol-Version: 2026-07-29", "Mcp-Method: tools/call", "Mcp-Name: echo"]
        ),
        ("no method", ["MCP-Protocol-Version: 2026-07-28", "Mcp-Name: echo"]),
        (
            "other method",
            ["MCP-Protocol-Version: 2026-07-28", "Mcp-Method: tools/list", "Mcp-Name: echo"]
        ),
        (
            "capital method",
            ["MCP-Protocol-Version: 2026-07-28", "Mcp-Method: TOOLS/CALL", "Mcp-Name: echo"]
        ),
        (
            "encoded method",
            [
                "MCP-Protocol-Version: 2026-07-28", "Mcp-Method: =?base64?dG9vbHMvY2FsbA==?=",
                "Mcp-Name: echo",
            ]
        ),
        ("no name", ["MCP-Protocol-Version: 2026-07-28", "Mcp-Method: tools/call"]),
        (
            "other name",
            ["MCP-Protocol-Version: 2026-07-28", "Mcp-Method: tools/call", "Mcp-Name: Echo"]
        ),
        (
            "empty name",
            ["MCP-Protocol-Version: 2026-07-28", "Mcp-Method: tools/call", "Mcp-Name:"]
        ),
        (
            "bad base64",
            [
                "MCP-Protocol-Version: 2026-07-28", "Mcp-Method: tools/call",
                "Mcp-Name: =?base64?ZWNobw?=",
            ]
        ),
    ])
    func `refuses headers that differ from the body`(name: String, fields: [String]) {
        let refusal = refusal(fields, Self.modernCall)
        #expect(refusal?.code == -32_020)
        #expect(refusal?.reason == "header_mismatch")
    }

    @Test func `names the versions it serves when both sides ask for another`() {
        let body = Self.modernCall.replacing("2026-07-28", with: "2099-01-01")
        let fields = [
            "MCP-Protocol-Version: 2099-01-01", "Mcp-Method: tools/call", "Mcp-Name: echo",
        ]
        let refusal = refusal(fields, body)
        #expect(refusal?.code == -32_022)
        #expect(refusal?.reason == "version_unsupported")
        #expect(refusal?.dataJSON == #"{"supported":["2026-07-28"],"requested":"2099-01-01"}"#)
    }

    @Test func `strips white space around a header before it compares`() {
        let fields = [
            "MCP-Protocol-Version: \t2026-07-28 ", "Mcp-Method:  tools/call", "Mcp-Name:   echo  ",
        ]
        #expect(ruling(fields, Self.modernCall) == .modern)
    }

    @Test(arguments: [
        ("=?base64?ZWNobw==?=", "echo", true), ("=?base64?Y2Fmw6k=?=", "café", true),
        ("=?base64??=", "", true), ("=?base64?ZWNobw==", "=?base64?ZWNobw==", true),
        ("ZWNobw==?=", "ZWNobw==?=", true), ("my tool", "my tool", true),
        ("=?BASE64?ZWNobw==?=", "echo", false), ("=?base64?ZWNobx==?=", "echo", false),
        ("=?base64?ZWNobw?=", "echo", false), ("=?base64?ZWNo bw==?=", "echo", false),
        ("=?base64?/w==?=", "\u{FF}", false), ("=?base64?7aCA?=", "\u{FFFD}", false),
        ("=?base64?ZWNobw==?=", "=?base64?ZWNobw==?=", false), ("caf\u{E9}", "caf\u{E9}", false),
        ("cafe", "caf\\u0065", true),
    ])
    func `decodes an encoded name strictly`(value: String, name: String, agrees: Bool) {
        let body = Self.call(#""name":""# + name + #"","# + Self.meta)
        let fields = [
            "MCP-Protocol-Version: 2026-07-28", "Mcp-Method: tools/call", "Mcp-Name: \(value)",
        ]
        #expect((ruling(fields, body) == .modern) == agrees)
    }

    @Test func `takes the name of a resource from its address`() {
        let body = Self.call(#""uri":"file:///a","# + Self.meta, method: "resources/read")
        let fields = ["MCP-Protocol-Version: 2026-07-28", "Mcp-Method: resources/read"]
        #expect(ruling(fields + ["Mcp-Name: file:///a"], body) == .modern)
        #expect(code(fields, body) == -32_020)
    }

    @Test func `wants no name where the method has none`() {
        let body = Self.call(Self.meta, method: "tools/list")
        let fields = ["MCP-Protocol-Version: 2026-07-28", "Mcp-Method: tools/list"]
        #expect(ruling(fields, body) == .modern)
        #expect(code(fields + ["Mcp-Name: echo"], body) == -32_020)
    }

    @Test func `does not decide the era by the method`() {
        let body = Self.call(Self.meta, method: "initialize")
        let fields = ["MCP-Protocol-Version: 2026-07-28", "Mcp-Method: initialize"]
        #expect(ruling(fields, body) == .modern)
    }

    @Test func `takes a modern notification and refuses a modern response`() {
        let fields = ["MCP-Protocol-Version: 2026-07-28"]
        let notification =
            #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#
        #expect(ruling(fields, notification) == .modern)
        #expect(code(fields, #"{"jsonrpc":"2.0","id":1,"result":{}}"#) == -32_600)
    }

    @Test func `refuses a routing header that lies, in the legacy era too`() {
        #expect(code(["Mcp-Method: tools/list"], Self.call(#""name":"echo""#)) == -32_020)
    }

    private func ruling(_ fields: [String], _ body: String) -> EraRuling? {
        let text =
            "POST /mcp HTTP/1.1\r\nHost: a\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n"
        let headBytes = Array(text.utf8)
        let bodyBytes = Array(body.utf8)
        guard let head = RequestHeadParser.parse(headBytes.span.bytes).value,
            let envelope = Feeding.envelope(bodyBytes).value
        else { return nil }
        return HeaderAgreement.check(
            HeaderValues(head.fields),
            in: headBytes.span.bytes,
            envelope: envelope,
            body: bodyBytes.span.bytes
        )
    }

    private func refusal(_ fields: [String], _ body: String) -> JSONRPCRefusal? {
        guard case .refuse(let refusal) = ruling(fields, body) else { return nil }
        return refusal
    }

    private func code(_ fields: [String], _ body: String) -> Int? {
        refusal(fields, body)?.code
    }
}

@Suite struct JSONRPCErrorTests {
    @Test func `leaves out an id that could not be read`() {
        let bytes = JSONRPCError.body(
            id: nil,
            code: -32_700,
            message: "m",
            reason: "malformed_json"
        )
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == #"{"jsonrpc":"2.0","error":{"code":-32700,"message":"m","data":{"reason":"malformed_json"}}}"#
        )
    }

    @Test func `repeats the id as it came and joins further data`() {
        let refusal = JSONRPCRefusal(
            code: .unsupportedVersion,
            message: "a \"b\"",
            reason: "version_unsupported",
            dataJSON: #"{"supported":[]}"#
        )
        let bytes = JSONRPCError.body(id: Array(#""x\u0041""#.utf8), refusal: refusal)
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == #"{"jsonrpc":"2.0","id":"x\u0041","error":{"code":-32022,"message":"a \"b\"","data":{"reason":"version_unsupported","supported":[]}}}"#
        )
    }

    @Test func `writes no data when there is none`() {
        let bytes = JSONRPCError.body(id: [0x31], code: -32_601, message: "m")
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == #"{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"m"}}"#
        )
    }
}
