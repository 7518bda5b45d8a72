import Foundation
import Subprocess
import SystemPackage
import Testing

/// A running `gatehouse serve` on loopback with a store and a socket of its own.
struct TestGate: Sendable {
    /// Long enough, and known to the tests.
    static let key = "9d1f6c0b7a3e4f5286d7c1b0a9e8f7d6"

    let port: Int
    let folder: TestFolder
    let processID: Int32
    /// Everything that `serve` said until it stood.
    let announcement: [String]

    var url: String { "http://127.0.0.1:\(port)/mcp" }
    var socket: String { "\(folder.path)/admin.sock" }

    /// Starts a gate, runs `body`, ends the gate with SIGTERM.
    ///
    /// Unless `body` killed it, the gate must end with status 0.
    ///
    /// - Throws: What `body` throws; `StartFailure` with the gate's words when it does not stand.
    static func with<Result: Sendable>(
        _ folder: TestFolder,
        arguments: [String] = [],
        environment: [String: String] = [:],
        _ body: @escaping @Sendable (TestGate) async throws -> Result
    ) async throws -> Result {
        let outcome = try await Subprocess.run(
            .path(.init(Programs.gatehouse)),
            arguments: Arguments(serveArguments(folder) + arguments),
            environment: Programs.inherited(updating: variables(environment)),
            workingDirectory: .init(folder.path),
            platformOptions: Programs.gentle,
            input: .none,
            output: .sequence,
            error: .fileDescriptor(try errorFile(folder), closeAfterSpawningProcess: true)
        ) { execution in
            var lines: [String] = []
            for try await line in execution.standardOutput.strings() {
                lines.append(line.trimmingCharacters(in: .newlines))
                guard lines.last?.contains("admin socket") == true else { continue }
                break
            }
            guard let port = port(in: lines) else {
                throw StartFailure(words: errors(folder))
            }
            let gate = TestGate(
                port: port,
                folder: folder,
                processID: execution.processIdentifier.value,
                announcement: lines
            )
            let result = try await body(gate)
            try? execution.send(signal: .terminate)
            return result
        }
        let status = outcome.terminationStatus.number
        #expect(status == 0 || status == 128 + SIGKILL, "\(errors(folder))")
        return outcome.closureResult
    }

    struct StartFailure: Error {
        var words: String
    }

    static func serveArguments(_ folder: TestFolder) -> [String] {
        [
            "serve", "--port", "0", "--store", "\(folder.path)/gatehouse.sqlite",
            "--socket", "\(folder.path)/admin.sock",
        ]
    }

    static func errors(_ folder: TestFolder) -> String {
        (try? String(contentsOfFile: "\(folder.path)/stderr", encoding: .utf8)) ?? ""
    }

    private static func errorFile(_ folder: TestFolder) throws -> FileDescriptor {
        try .open(
            FilePath("\(folder.path)/stderr"),
            .writeOnly,
            options: [.create, .append],
            permissions: .ownerReadWrite
        )
    }

    private static func variables(_ extra: [String: String]) -> [String: String?] {
        let seed = ["HTTP_API_KEY": key, "MAX_REQUESTS_PER_MINUTE": "600000"]
        return seed.merging(extra) { $1 }
    }

    private static func port(in lines: [String]) -> Int? {
        guard let line = lines.first(where: { $0.contains("listens on") }),
            let text = line.split(separator: ":").last?.prefix(while: \.isNumber)
        else { return nil }
        return Int(text)
    }

    /// Runs one of our commands against this gate.
    func command(_ arguments: String...) async throws -> Programs.Outcome {
        try await run(arguments)
    }

    func run(_ arguments: [String]) async throws -> Programs.Outcome {
        try await Programs.run(Programs.gatehouse, arguments + ["--socket", socket])
    }

    /// One call of a built-in or upstream tool with curl, as an MCP client of the 2026-07-28 era.
    func call(
        tool: String = "get_server_time",
        arguments: String = "{}",
        key: String? = TestGate.key,
        from source: String = "127.0.0.1"
    ) async throws -> CurlAnswer {
        let metadata =
            #""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","#
            + #""io.modelcontextprotocol/clientCapabilities":{}}"#
        let body =
            #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"\#(tool)","#
            + #""arguments":\#(arguments),\#(metadata)}}"#
        var options = [
            "--silent", "--show-error", "--include", "--max-time", "20", "--interface", source,
            "-H", "Content-Type: application/json",
            "-H", "Accept: application/json, text/event-stream",
            "-H", "MCP-Protocol-Version: 2026-07-28",
            "-H", "Mcp-Method: tools/call", "-H", "Mcp-Name: \(tool)",
            "--data-binary", body,
        ]
        options += key.map { ["-H", "X-API-Key: \($0)"] } ?? []
        return CurlAnswer(try await Programs.run("curl", options + [url]))
    }
}

/// What `curl --include` printed.
struct CurlAnswer: Sendable {
    var status: Int
    var fields: [String: String]
    var body: String

    init(_ outcome: Programs.Outcome) {
        let parts = outcome.output.components(separatedBy: "\r\n\r\n")
        let lines = (parts.first ?? "").components(separatedBy: "\r\n")
        status = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        fields = Dictionary(
            lines.dropFirst().compactMap { line in
                line.firstIndex(of: ":").map { colon in
                    (
                        line[..<colon].lowercased(),
                        line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
                    )
                }
            },
            uniquingKeysWith: { $0 + ", " + $1 }
        )
        body = parts.dropFirst().joined(separator: "\r\n\r\n")
    }

    /// `error.data.reason` of a JSON-RPC error, or the first word of a plain one.
    var reason: String? {
        guard fields["content-type"] == "application/json" else {
            return body.split(separator: ":").first.map(String.init)
        }
        let object = try? JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any]
        let error = object?["error"] as? [String: Any]
        return (error?["data"] as? [String: Any])?["reason"] as? String
    }
}
