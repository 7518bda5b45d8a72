import Foundation
import Testing

/// The Python `mcp` client through the gate to a Python `mcp` server that the gate has started.
@Suite(.serialized) struct StdioTests {
    static let modes = McpPeerTests.modes

    @Test(arguments: modes)
    func `a real client lists, calls and sees progress as it happens`(mode: String) async throws {
        try await behindTheGate { gate in
            let outcome = try await PythonServer.client("tools", url: gate.url, mode: mode)
            let lines = outcome.jsonLines
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(
                lines.compactMap { $0["tools"] as? [String] } == [
                    ["count", "echo", "greet", "wait"]
                ]
            )
            #expect(lines.contains { $0["echo"] as? String == "hällo" })
            #expect(lines.contains { $0["count"] as? String == "counted to 4" })
            #expect(lines.compactMap { $0["progress"] as? Double } == [1, 2, 3, 4])
            let times = lines.compactMap { $0["at"] as? Double }
            #expect((times.last ?? 0) - (times.first ?? 0) > 0.12)
        }
    }

    @Test(arguments: modes)
    func `a call that the client gives up is given up by the child`(mode: String) async throws {
        try await behindTheGate { gate in
            let outcome = try await PythonServer.client("cancel", url: gate.url, mode: mode)
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(gate.folder.has("waiting"))
            let isCancelled = try await eventually { gate.folder.has("cancelled") }
            #expect(isCancelled)
        }
    }

    @Test func `a child that asks in return is answered by the client that called`() async throws {
        try await behindTheGate { gate in
            let outcome = try await PythonServer.client("greet", url: gate.url, mode: "legacy")
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.jsonLines.contains { $0["greeting"] as? String == "hello ann" })
        }
    }

    @Test func `both eras at once have a child each`() async throws {
        try await behindTheGate { gate in
            async let legacy = PythonServer.client("tools", url: gate.url, mode: "legacy")
            async let modern = PythonServer.client("tools", url: gate.url, mode: "2026-07-28")
            let statuses = try await [legacy.status, modern.status]
            #expect(statuses == [0, 0])
            let children = try Self.children(of: gate.folder)
            #expect(children.count == 2)
        }
    }

    @Test func `the gate's end is the children's end, orderly or not`() async throws {
        for signal in [SIGTERM, SIGKILL] {
            try await TestFolder.with { folder in
                let children = try await behindTheGate(folder) { gate in
                    let outcome = try await PythonServer.client(
                        "tools",
                        url: gate.url,
                        mode: "2026-07-28"
                    )
                    #expect(outcome.status == 0, "\(outcome.errors)")
                    let children = try Self.children(of: folder)
                    #expect(children.count == 1)
                    #expect(children.allSatisfy { kill($0, 0) == 0 })
                    kill(gate.processID, signal)
                    return children
                }
                let areGone = try await eventually { children.allSatisfy { kill($0, 0) != 0 } }
                #expect(areGone, "after signal \(signal)")
            }
        }
    }

    @Test func `what a child says on standard error is in the log and steers no terminal`()
        async throws
    {
        try await TestFolder.with { folder in
            try await behindTheGate(folder) { gate in
                _ = try await PythonServer.client("tools", url: gate.url, mode: "2026-07-28")
            }
            let log = TestGate.errors(folder)
            #expect(log.contains("the child is up"))
            #expect(!log.contains("\u{1B}"))
        }
    }

    /// The processes that have served in this folder.
    private static func children(of folder: TestFolder) throws -> [Int32] {
        try folder.names().compactMap { name in
            name.hasPrefix("process-") ? Int32(name.dropFirst("process-".count)) : nil
        }
    }

    private func behindTheGate(
        _ body: @escaping @Sendable (TestGate) async throws -> Void
    ) async throws {
        try await TestFolder.with { folder in try await behindTheGate(folder, body) }
    }

    private func behindTheGate<Result: Sendable>(
        _ folder: TestFolder,
        _ body: @escaping @Sendable (TestGate) async throws -> Result
    ) async throws -> Result {
        let command = ["--", Programs.python, Programs.peer("stdio_server.py"), folder.path]
        return try await TestGate.with(folder, arguments: command, body)
    }
}
