import Foundation
import Testing

/// The Python `mcp` client through the gate to the Python `mcp` server, in both eras.
@Suite(.serialized) struct McpPeerTests {
    static let modes = ["legacy", "2026-07-28"]

    @Test(arguments: modes)
    func `a real client lists, calls and sees progress as it happens`(mode: String) async throws {
        try await throughTheGate { gate, _ in
            let outcome = try await PythonServer.client("tools", url: gate.url, mode: mode)
            let lines = outcome.jsonLines
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(lines.compactMap { $0["tools"] as? [String] } == [["count", "echo", "wait"]])
            #expect(lines.contains { $0["echo"] as? String == "hällo" })
            #expect(lines.contains { $0["count"] as? String == "counted to 4" })
            #expect(lines.compactMap { $0["progress"] as? Double } == [1, 2, 3, 4])
            // The server pauses 50 ms between reports; a proxy that buffers delivers them at once.
            let times = lines.compactMap { $0["at"] as? Double }
            #expect((times.last ?? 0) - (times.first ?? 0) > 0.12)
        }
    }

    @Test(arguments: modes)
    func `a call that the client gives up is given up by the server`(mode: String) async throws {
        try await throughTheGate { gate, server in
            let outcome = try await PythonServer.client("cancel", url: gate.url, mode: mode)
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.jsonLines.contains { $0["cancelled"] as? Bool == true })
            #expect(server.folder.has("waiting"))
            #expect(try await eventually { server.folder.has("cancelled") })
        }
    }

    @Test(arguments: modes)
    func `a real client calls every built-in tool`(mode: String) async throws {
        try await TestFolder.with { folder in
            try await TestGate.with(folder) { gate in
                let outcome = try await PythonServer.client("builtin", url: gate.url, mode: mode)
                let lines = outcome.jsonLines
                #expect(outcome.status == 0, "\(outcome.errors)")
                #expect(
                    lines.compactMap { $0["tools"] as? [String] } == [
                        [
                            "get_request_rates", "get_server_time", "list_auth_failures",
                            "list_blocked_addresses", "list_security_events",
                        ]
                    ]
                )
                let calls = lines.filter { $0["tool"] != nil }
                #expect(calls.count == 5)
                #expect(calls.allSatisfy { $0["error"] as? Bool == false })
                #expect(calls.allSatisfy { $0["structured"] is [String: Any] })
            }
        }
    }

    @Test(arguments: modes)
    func `a client without a key gets nowhere`(mode: String) async throws {
        try await throughTheGate { gate, server in
            let outcome = try await PythonServer.client(
                "cancel",
                url: gate.url,
                mode: mode,
                key: nil
            )
            #expect(outcome.status != 0)
            #expect(!server.folder.has("waiting"))
        }
    }

    @Test func `an upstream that is gone is a 502 that says so`() async throws {
        try await TestFolder.with { folder in
            let port = try FreePort.any()
            let upstream = ["--upstream", "http://127.0.0.1:\(port)/mcp"]
            try await TestGate.with(folder, arguments: upstream) { gate in
                let answer = try await gate.call(tool: "echo")
                #expect(answer.status == 502)
                #expect(answer.reason == "upstream_unreachable")
            }
        }
    }

    private func throughTheGate(
        _ body: @escaping @Sendable (TestGate, PythonServer) async throws -> Void
    ) async throws {
        try await TestFolder.with { folder in
            try await PythonServer.with(folder) { server in
                try await TestGate.with(folder, arguments: ["--upstream", server.url]) { gate in
                    try await body(gate, server)
                }
            }
        }
    }
}
