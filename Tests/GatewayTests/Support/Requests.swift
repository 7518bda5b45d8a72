/// Requests as text, with defaults that every guard lets through.
enum Requests {
    static let key = "mcpk_test_00000000_correct-horse-battery-staple"

    static let toolCall =
        #"{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"echo","arguments":{}}}"#

    static let modernToolCall =
        #"{"jsonrpc":"2.0","id":"m1","method":"tools/call","params":{"name":"echo","#
        + #""arguments":{},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","#
        + #""io.modelcontextprotocol/clientCapabilities":{}}}}"#

    static let modernFields = [
        "MCP-Protocol-Version: 2026-07-28", "Mcp-Method: tools/call", "Mcp-Name: echo",
    ]

    static func head(
        _ method: String = "POST",
        _ target: String = "/mcp",
        version: String = "HTTP/1.1",
        host: String? = "127.0.0.1",
        key: String? = Requests.key,
        accept: String? = "application/json, text/event-stream",
        contentType: String? = "application/json",
        fields: [String] = []
    ) -> String {
        var lines = ["\(method) \(target) \(version)"]
        if let host { lines.append("Host: \(host)") }
        if let key { lines.append("X-API-Key: \(key)") }
        if let accept { lines.append("Accept: \(accept)") }
        if method == "POST", let contentType { lines.append("Content-Type: \(contentType)") }
        return (lines + fields).joined(separator: "\r\n") + "\r\n"
    }

    static func post(
        _ body: String = Requests.toolCall,
        _ target: String = "/mcp",
        version: String = "HTTP/1.1",
        host: String? = "127.0.0.1",
        key: String? = Requests.key,
        accept: String? = "application/json, text/event-stream",
        contentType: String? = "application/json",
        fields: [String] = []
    ) -> String {
        head(
            "POST",
            target,
            version: version,
            host: host,
            key: key,
            accept: accept,
            contentType: contentType,
            fields: fields + ["Content-Length: \(body.utf8.count)"]
        ) + "\r\n" + body
    }

    static func get(_ target: String = "/health", fields: [String] = []) -> String {
        head("GET", target, key: nil, accept: nil, fields: fields) + "\r\n"
    }

    static func modernPost() -> String {
        post(modernToolCall, fields: modernFields)
    }
}
