import NIOCore
import Policy

@testable import Gateway

/// Requests for lists, and answers to them.
enum Lists {
    static let key = "mcpk_test_00000002_reads-only-what-it-may-read"

    static func request(
        _ method: String = "tools/list",
        key: String = Lists.key,
        target: String = "/mcp"
    ) -> String {
        let body = #"{"jsonrpc":"2.0","id":7,"method":"\#(method)"}"#
        return Requests.post(body, target, key: key, fields: ["Accept-Encoding: gzip, br"])
    }

    static func modernRequest(_ method: String = "tools/list", key: String = Lists.key) -> String {
        let body =
            #"{"jsonrpc":"2.0","id":7,"method":"\#(method)","params":{"_meta":{"#
            + #""io.modelcontextprotocol/protocolVersion":"2026-07-28","#
            + #""io.modelcontextprotocol/clientCapabilities":{}}}}"#
        return Requests.post(
            body,
            key: key,
            fields: ["MCP-Protocol-Version: 2026-07-28", "Mcp-Method: \(method)"]
        )
    }

    static func call(_ tool: String, key: String = Lists.key, target: String = "/mcp") -> String {
        let body =
            #"{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"\#(tool)"}}"#
        return Requests.post(body, target, key: key)
    }

    static func tool(_ name: String, _ description: String = "d") -> String {
        #"{ "name": "\#(name)", "description": "\#(description)", "inputSchema": {"type":"object"} }"#
    }

    static func answer(_ tools: [String], tail: String = "") -> String {
        #"{"jsonrpc":"2.0","id":7,"result":{"tools":[\#(tools.joined(separator: ","))]\#(tail)}}"#
    }

    /// One that may call `read_…`, and the key that may do everything.
    static func document(
        _ upstream: ScriptedUpstream?,
        pinning: ToolRules.Pinning = .off,
        access: AccessRules = AccessRules(tools: PatternRules(allow: ["read_*"]))
    ) -> PolicyDocument {
        TestGateway.document { document in
            var restricted = TestGateway.key(key, id: "k0000002")
            restricted.access = access
            document.authentication.keys.append(restricted)
            document.upstream = upstream.map { UpstreamRule(url: $0.url) }
            document.tools.pinning = pinning
        }
    }

    static func with(
        _ answer: String?,
        pinning: ToolRules.Pinning = .off,
        _ body: (TestGateway, ScriptedUpstream) async throws -> Void
    ) async throws {
        let script = ScriptedUpstream.Script(answer: answer)
        try await ScriptedUpstream.with(script) { upstream in
            try await TestGateway.with(document(upstream, pinning: pinning)) { gateway in
                try await body(gateway, upstream)
            }
        }
    }

    static func stream(_ events: String...) -> String {
        Responses.eventStreamHead + events.map(Responses.chunk).joined() + "0\r\n\r\n"
    }
}
