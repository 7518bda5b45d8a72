import Foundation
import Policy

@testable import Gateway

/// Small servers on standard input and output, honest and hostile, as Python text.
enum ScriptedChild {
    /// Functions for the scripts; `handle(m)` is called with each message.
    private static let prelude = #"""
        import json, os, signal, subprocess, sys, threading, time
        def send(**m):
            sys.stdout.write(json.dumps({"jsonrpc": "2.0", **m}) + "\n")
            sys.stdout.flush()
        def answer(m, **result):
            send(id=m["id"], result=result)
        def welcome(m):
            answer(m, protocolVersion="2025-11-25", capabilities={}, serverInfo={"name": "s", "version": "1"})
        def serve():
            for line in sys.stdin:
                m = json.loads(line)
                if m.get("method") == "initialize":
                    welcome(m)
                elif m.get("method") != "notifications/initialized":
                    handle(m)

        """#

    /// A rule for a server whose `handle(m)` has this body.
    static func rule(_ body: String, isShared: Bool = false) -> UpstreamRule {
        let lines = body.split(separator: "\n", omittingEmptySubsequences: false)
        let function = "def handle(m):\n" + lines.map { "    \($0)\n" }.joined()
        return program(prelude + function + "serve()\n", isShared: isShared)
    }

    /// A rule for a whole program.
    static func raw(_ body: String, isShared: Bool = false) -> UpstreamRule {
        program(prelude + body, isShared: isShared)
    }

    private static func program(_ text: String, isShared: Bool) -> UpstreamRule {
        UpstreamRule(
            command: ["/usr/bin/python3", "-I", "-S", "-c", text],
            isSharedChild: isShared
        )
    }

    /// Answers each call with what it was called with and the number of the process.
    static let echo = #"answer(m, pid=os.getpid(), params=m.get("params"))"#

    static func isRunning(_ processID: Int) -> Bool {
        // A zombie that nobody has waited for still counts, so ask what it is doing.
        guard let status = try? String(contentsOfFile: "/proc/\(processID)/stat", encoding: .utf8)
        else { return false }
        return !status.contains(") Z")
    }
}

/// The gateway with a scripted child behind `/mcp`.
func withChild(
    _ rule: UpstreamRule,
    settings: GatewaySettings = .testing(),
    _ change: (inout PolicyDocument) -> Void = { _ in },
    _ body: (TestGateway) async throws -> Void
) async throws {
    var document = TestGateway.document { $0.upstream = rule }
    document.authentication.keys.append(TestGateway.key(Sessions.otherKey, id: "k0000002"))
    change(&document)
    try await TestGateway.with(document, settings: settings, body)
}

/// Requests of the legacy era that belong to sessions.
enum Sessions {
    static let otherKey = "mcpk_test_00000001_another-good-battery-staple"

    static let initialize =
        #"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","#
        + #""capabilities":{},"clientInfo":{"name":"c","version":"1"}}}"#

    static func post(
        _ body: String = Requests.toolCall,
        session: String?,
        key: String = Requests.key
    ) -> String {
        Requests.post(body, key: key, fields: session.map { ["Mcp-Session-Id: \($0)"] } ?? [])
    }

    static func get(session: String, key: String = Requests.key) -> String {
        let fields = ["Mcp-Session-Id: \(session)"]
        return Requests.head("GET", key: key, accept: "text/event-stream", fields: fields) + "\r\n"
    }

    static func delete(session: String, key: String = Requests.key) -> String {
        Requests.head("DELETE", key: key, fields: ["Mcp-Session-Id: \(session)"]) + "\r\n"
    }

    /// Opens a session and returns its id.
    static func open(_ client: RawClient, key: String = Requests.key) throws -> String {
        let response = try client.exchange(post(initialize, session: nil, key: key))
        guard response.status == 200, let id = response["mcp-session-id"] else {
            throw RawClient.Failure(description: "\(response.statusLine) \(response.body)")
        }
        _ = try client.exchange(
            post(#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#, session: id, key: key)
        )
        return id
    }
}

extension RawResponse {
    /// The number that the echoing child put into its result.
    var processID: Int? {
        let object = try? JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any]
        return (object?["result"] as? [String: Any])?["pid"] as? Int
    }
}
