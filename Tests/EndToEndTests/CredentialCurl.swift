import Foundation

/// An answer with every challenge in it told apart.
struct ChallengedAnswer: Sendable {
    /// As curl printed it.
    var output: String
    var answer: CurlAnswer
    /// The fields `WWW-Authenticate`, in order.
    var challenges: [String]

    var status: Int { answer.status }
    var reason: String? { answer.reason }

    init(_ outcome: Programs.Outcome) {
        output = outcome.output
        answer = CurlAnswer(outcome)
        challenges = outcome.output.components(separatedBy: "\r\n").compactMap { line in
            guard let colon = line.firstIndex(of: ":"),
                line[..<colon].lowercased() == "www-authenticate"
            else { return nil }
            return line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
        }
    }

    /// The names of the tools that the answer to `tools/list` shows, in order.
    var toolNames: [String] {
        let text = answer.body.components(separatedBy: "\n")
            .first { $0.contains(#""tools""#) }?
            .drop { $0 != "{" }
        let object = text.flatMap {
            try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
        }
        let result = object?["result"] as? [String: Any]
        let tools = result?["tools"] as? [[String: Any]]
        return (tools ?? []).compactMap { $0["name"] as? String }.sorted()
    }
}

extension TestGate {
    /// `tools/list`, or a call of `tool`, with nothing to show but what `options` bring.
    func ask(
        tool: String? = nil,
        arguments: String = "{}",
        path: String = "/mcp",
        scheme: String = "http",
        _ options: [String]
    ) async throws -> ChallengedAnswer {
        let method = tool == nil ? "tools/list" : "tools/call"
        let call = tool.map { #""name":"\#($0)","arguments":\#(arguments),"# } ?? ""
        let body =
            #"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":{\#(call)"_meta":{"#
            + #""io.modelcontextprotocol/protocolVersion":"2026-07-28","#
            + #""io.modelcontextprotocol/clientCapabilities":{}}}}"#
        let fields =
            [
                "Content-Type: application/json", "Accept: application/json, text/event-stream",
                "MCP-Protocol-Version: 2026-07-28", "Mcp-Method: \(method)",
            ] + (tool.map { ["Mcp-Name: \($0)"] } ?? [])
        return ChallengedAnswer(
            try await Programs.run(
                "curl",
                ["--silent", "--show-error", "--include", "--max-time", "20"]
                    + fields.flatMap { ["-H", $0] } + ["--data-binary", body] + options
                    + ["\(scheme)://127.0.0.1:\(port)\(path)"]
            )
        )
    }

    func ask(
        tool: String? = nil,
        arguments: String = "{}",
        token: String
    ) async throws -> ChallengedAnswer {
        try await ask(tool: tool, arguments: arguments, ["-H", "Authorization: Bearer \(token)"])
    }
}
