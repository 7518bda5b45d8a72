import Foundation
import Testing

/// What was acknowledged is there after the worst end of the process.
@Suite(.serialized) struct DurabilityTests {
    @Test func `an acknowledged edit survives kill -9 straight after it`() async throws {
        try await TestFolder.with { folder in
            for round in 1...5 {
                let network = "10.\(round).0.0/16"
                try await TestGate.with(folder) { gate in
                    let outcome = try await gate.command("deny", "add", network)
                    kill(gate.processID, SIGKILL)
                    #expect(outcome.status == 0, "\(outcome.errors)")
                }
                try await TestGate.with(folder) { gate in
                    let list = try await gate.command("deny", "list", "--json")
                    #expect(list.output.contains(network), "round \(round): \(list.output)")
                }
            }
        }
    }

    @Test func `a ban survives a restart and still refuses`() async throws {
        try await TestFolder.with { folder in
            try await TestGate.with(folder) { gate in
                _ = try await gate.command("ban", "add", "127.0.9.9", "--reason", "test of bans")
                kill(gate.processID, SIGKILL)
            }
            try await TestGate.with(folder) { gate in
                let answer = try await gate.call(from: "127.0.9.9")
                #expect(answer.status == 403)
                #expect(answer.reason == "banned")
                let other = try await gate.call()
                #expect(other.status == 200)
            }
        }
    }

    @Test func `SIGTERM lets the call in flight finish, lets nobody in, and ends with 0`()
        async throws
    {
        try await TestFolder.with { folder in
            try await PythonServer.with(folder) { server in
                try await TestGate.with(folder, arguments: ["--upstream", server.url]) { gate in
                    // Two seconds, at 50 ms a step.
                    async let call = gate.call(tool: "count", arguments: #"{"steps":40}"#)
                    #expect(try await eventually { folder.has("counting") })
                    kill(gate.processID, SIGTERM)
                    #expect(try await eventually { !FreePort.isTaken(gate.port) })
                    #expect(!folder.has("counted"), "the door closed only after the call")
                    let answer = try await call
                    #expect(answer.status == 200)
                    #expect(answer.body.contains("counted to 40"))
                }
            }
        }
    }
}
