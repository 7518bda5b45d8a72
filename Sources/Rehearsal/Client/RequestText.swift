/// The requests that visitors send, as bytes on the wire.
package enum RequestText {
    /// A `tools/call` of the legacy era; `arguments` is JSON text.
    package static func legacyCall(
        tool: String,
        arguments: String = "{}",
        port: Int,
        key: String?,
        session: String? = nil
    ) -> [UInt8] {
        let body =
            #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"\#(tool)","#
            + #""arguments":\#(arguments)}}"#
        var fields = ["MCP-Protocol-Version: 2025-11-25"]
        fields += session.map { ["Mcp-Session-Id: \($0)"] } ?? []
        return post(body, fields: fields, port: port, key: key)
    }

    /// A `tools/call` of the 2026-07-28 era; `fields` are whole lines, for what else it carries.
    package static func modernCall(
        tool: String,
        arguments: String = "{}",
        fields: [String] = [],
        port: Int,
        key: String?
    ) -> [UInt8] {
        let metadata =
            #""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","#
            + #""io.modelcontextprotocol/clientCapabilities":{}}"#
        let body =
            #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"\#(tool)","#
            + #""arguments":\#(arguments),\#(metadata)}}"#
        let own = [
            "MCP-Protocol-Version: 2026-07-28", "Mcp-Method: tools/call", "Mcp-Name: \(tool)",
        ]
        return post(body, fields: own + fields, port: port, key: key)
    }

    /// A POST to `/mcp` with the fields that every MCP client sends.
    package static func post(
        _ body: String,
        fields: [String] = [],
        port: Int,
        key: String?
    ) -> [UInt8] {
        var lines = [
            "POST /mcp HTTP/1.1", "Host: 127.0.0.1:\(port)", "Content-Type: application/json",
            "Accept: application/json, text/event-stream", "Content-Length: \(body.utf8.count)",
        ]
        lines += key.map { ["X-API-Key: \($0)"] } ?? []
        lines += fields
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8)
    }
}
