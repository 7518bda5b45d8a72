import Foundation
import Testing

/// The Python `mcp` client that starts the gate itself and speaks over its standard streams.
@Suite(.serialized, .timeLimit(.minutes(3))) struct StdioClientTests {
    private func command(_ folder: TestFolder, _ rest: [String]) throws -> String {
        let words =
            [
                Programs.gatehouse, "serve", "--stdio", "--store",
                "\(folder.path)/gatehouse.sqlite", "--socket", "\(folder.path)/admin.sock",
            ] + rest
        return String(decoding: try JSONEncoder().encode(words), as: UTF8.self)
    }

    private func client(
        _ scenario: String,
        _ folder: TestFolder,
        mode: String,
        behind rest: [String]
    ) async throws -> Programs.Outcome {
        try await PythonServer.client(
            scenario,
            url: try command(folder, rest),
            mode: mode,
            key: nil
        )
    }

    private func child(_ folder: TestFolder) -> [String] {
        ["--", Programs.python, Programs.peer("stdio_server.py"), folder.path]
    }

    private func expectTools(_ outcome: Programs.Outcome) {
        let lines = outcome.jsonLines
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(lines.contains { $0["echo"] as? String == "hällo" }, "\(outcome)")
        #expect(lines.contains { $0["count"] as? String == "counted to 4" })
        #expect(lines.compactMap { $0["progress"] as? Double } == [1, 2, 3, 4])
    }

    @Test(arguments: McpPeerTests.modes)
    func `a client that starts the gate reaches a server that the gate starts`(
        mode: String
    ) async throws {
        try await TestFolder.with { folder in
            expectTools(try await client("tools", folder, mode: mode, behind: child(folder)))
        }
    }

    @Test(arguments: McpPeerTests.modes)
    func `a client that starts the gate reaches a server over HTTP`(mode: String) async throws {
        try await TestFolder.with { folder in
            try await PythonServer.with(folder) { server in
                let upstream = ["--upstream", server.url]
                expectTools(try await client("tools", folder, mode: mode, behind: upstream))
            }
        }
    }

    @Test(arguments: McpPeerTests.modes)
    func `a call that the client gives up is given up behind the gate`(
        mode: String
    ) async throws {
        try await TestFolder.with { folder in
            let outcome = try await client("cancel", folder, mode: mode, behind: child(folder))
            #expect(outcome.status == 0, "\(outcome.errors)")
            let isCancelled = try await eventually { folder.has("cancelled") }
            #expect(isCancelled)
        }
    }

    @Test func `a server that asks in return is answered by the client that called`()
        async throws
    {
        try await TestFolder.with { folder in
            let outcome = try await client("greet", folder, mode: "legacy", behind: child(folder))
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.jsonLines.contains { $0["greeting"] as? String == "hello ann" })
        }
    }

    @Test func `TRANSPORT_TYPE chooses it too, and standard output holds nothing but messages`()
        async throws
    {
        try await TestFolder.with { folder in
            let message = #"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#
            let script =
                "printf '%s\\n' '\(message)' nonsense | TRANSPORT_TYPE=stdio "
                + "exec '\(Programs.gatehouse)' "
                + "serve --store '\(folder.path)/g.sqlite' --socket '\(folder.path)/a.sock'"
            let outcome = try await Programs.run(
                "sh",
                ["-c", script],
                workingFolder: folder.path
            )
            #expect(outcome.status == 0, "\(outcome)")
            let lines = outcome.output.split(separator: "\n")
            #expect(lines.count == 2, "\(outcome.output)")
            #expect(outcome.jsonLines.count == 2)
            #expect(outcome.errors.contains("serves one client over standard input and output"))
            #expect(!outcome.errors.contains("API key"))
        }
    }

    @Test func `an address makes no sense beside it`() async throws {
        let outcome = try await Programs.run(
            Programs.gatehouse,
            ["serve", "--stdio", "--port", "1"]
        )
        #expect(outcome.status == 64)
    }
}
