import Foundation

/// A real HTTP server of public keys, in Python, on loopback.
struct KeyServer {
    let folder: URL
    let port: Int

    struct Failure: Error {
        var words: String
    }

    static func with<Result>(
        keys: String,
        _ body: (KeyServer) async throws -> Result
    ) async throws -> Result {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "keys-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data(keys.utf8).write(to: folder.appending(path: "keys"))
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", script, folder.path()]
        try process.run()
        defer {
            // It inherited the signal mask of this thread, which blocks any gentler one.
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        let port = try await port(from: folder.appending(path: "port"))
        return try await body(KeyServer(folder: folder, port: port))
    }

    func url(_ path: String = "/keys") -> String { "http://127.0.0.1:\(port)\(path)" }

    /// From now on the server gives out other keys.
    func rotate(to keys: String) throws {
        try Data(keys.utf8).write(to: folder.appending(path: "keys"), options: .atomic)
    }

    /// The path and the tag of every request so far.
    var requests: [String] {
        let text = try? String(contentsOf: folder.appending(path: "requests"), encoding: .utf8)
        return (text ?? "").split(separator: "\n").map(String.init)
    }

    private static let script = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "EndToEndTests/Peers/keyserver.py").path()

    /// Another process cannot be waited for with a clock of ours.
    private static func port(from file: URL) async throws -> Int {
        for _ in 0..<500 {
            if let text = try? String(contentsOf: file, encoding: .utf8), let port = Int(text) {
                return port
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw Failure(words: "The server of keys does not listen.")
    }
}
