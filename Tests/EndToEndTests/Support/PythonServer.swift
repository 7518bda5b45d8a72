import Foundation
import Subprocess
import SystemPackage

/// A real Python `mcp` server on loopback.
struct PythonServer: Sendable {
    let port: Int
    /// Where the server leaves word of what happened to its calls.
    let folder: TestFolder

    var url: String { "http://127.0.0.1:\(port)/mcp" }

    static func with<Result: Sendable>(
        _ folder: TestFolder,
        port chosen: Int? = nil,
        _ body: @escaping @Sendable (PythonServer) async throws -> Result
    ) async throws -> Result {
        let port = try chosen ?? FreePort.any()
        let outcome = try await Subprocess.run(
            .path(.init(Programs.python)),
            arguments: [Programs.peer("server.py"), "\(port)", folder.path],
            platformOptions: Programs.gentle,
            input: .none,
            output: .discarded,
            error: .discarded
        ) { execution in
            guard try await eventually(within: 30, { FreePort.isTaken(port) }) else {
                throw PeerFailure(words: "The Python server does not listen on \(port).")
            }
            let result = try await body(PythonServer(port: port, folder: folder))
            try? execution.send(signal: .terminate)
            return result
        }
        return outcome.closureResult
    }

    /// Runs a scenario of `client.py`.
    static func client(
        _ scenario: String,
        url: String,
        mode: String,
        key: String? = TestGate.key
    ) async throws -> Programs.Outcome {
        let arguments =
            [Programs.peer("client.py"), scenario, url, mode] + (key.map { [$0] } ?? [])
        return try await Programs.run(Programs.python, arguments)
    }
}

struct PeerFailure: Error {
    var words: String
}
