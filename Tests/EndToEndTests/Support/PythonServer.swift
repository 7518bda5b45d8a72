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
        _ body: @escaping @Sendable (PythonServer) async throws -> Result
    ) async throws -> Result {
        let port = try FreePort.any()
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

/// Ports of the loopback interface.
enum FreePort {
    static func any() throws -> Int {
        let (descriptor, address) = try listener(port: 0)
        defer { close(descriptor) }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    static func isTaken(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = loopback(port)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    /// A listening socket that the caller closes.
    static func listener(port: Int) throws -> (descriptor: Int32, address: sockaddr_in) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = loopback(port)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && listen(descriptor, 8) == 0
                    && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isListening else {
            close(descriptor)
            throw PeerFailure(words: "No port is free: \(errno).")
        }
        return (descriptor, address)
    }

    private static func loopback(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return address
    }
}
