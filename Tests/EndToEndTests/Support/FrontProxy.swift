import Foundation
import Subprocess
import SystemPackage

/// A real proxy in front of a gate: nginx or HAProxy, on ports of loopback.
struct FrontProxy: Sendable {
    /// By what each is for.
    let ports: [String: Int]

    /// The URL of a path behind one of the ports.
    func url(_ name: String, _ path: String, host: String = "127.0.0.1") -> String {
        "http://\(host):\(ports[name] ?? 0)\(path)"
    }

    static func isInstalled(_ program: String) -> Bool {
        location(of: program) != nil
    }

    private static func location(of program: String) -> String? {
        let folders = Programs.searchPath.split(separator: ":") + ["/usr/sbin", "/usr/local/sbin"]
        return folders.map { "\($0)/\(program)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// Starts nginx with a server for each of `servers`, whose directives may use the port of
    /// another as `{NAME}`.
    static func withNginx(
        _ folder: TestFolder,
        servers: [(name: String, host: String, location: String)],
        _ body: @escaping @Sendable (FrontProxy) async throws -> Void
    ) async throws {
        let ports = try freePorts(servers.map(\.name))
        let blocks = servers.map { server in
            """
            server {
              listen \(server.host):\(ports[server.name] ?? 0);
              location / {
                \(server.location)
              }
            }
            """
        }
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map {
            "\($0)_temp_path \(folder.path)/\($0);"
        }
        let text = """
            daemon off;
            worker_processes 1;
            pid \(folder.path)/nginx.pid;
            error_log \(folder.path)/nginx.log error;
            events {}
            http {
              access_log off;
              \(temporary.joined(separator: "\n  "))
              \(blocks.joined(separator: "\n"))
            }
            """
        try folder.write(replacing(ports, in: text), to: "nginx.conf")
        let file = "\(folder.path)/nginx.conf"
        let arguments = ["-e", "\(folder.path)/nginx.log", "-p", folder.path, "-c", file]
        try await with("nginx", arguments, ports, body)
    }

    /// Starts HAProxy, which passes bytes on, with a `server` line for each of `backends`.
    static func withHAProxy(
        _ folder: TestFolder,
        backends: [(name: String, host: String, server: String)],
        _ body: @escaping @Sendable (FrontProxy) async throws -> Void
    ) async throws {
        let ports = try freePorts(backends.map(\.name))
        let blocks = backends.map { backend in
            """
            listen \(backend.name)
              bind \(backend.host):\(ports[backend.name] ?? 0)
              server gate \(backend.server)
            """
        }
        let text = """
            defaults
              mode tcp
              timeout connect 5s
              timeout client 20s
              timeout server 20s
            \(blocks.joined(separator: "\n"))

            """
        try folder.write(text, to: "haproxy.cfg")
        try await with("haproxy", ["-db", "-f", "\(folder.path)/haproxy.cfg"], ports, body)
    }

    private static func freePorts(_ names: [String]) throws -> [String: Int] {
        try Dictionary(uniqueKeysWithValues: names.map { ($0, try FreePort.any()) })
    }

    private static func replacing(_ ports: [String: Int], in text: String) -> String {
        ports.reduce(text) { $0.replacingOccurrences(of: "{\($1.key)}", with: "\($1.value)") }
    }

    private static func with(
        _ program: String,
        _ arguments: [String],
        _ ports: [String: Int],
        _ body: @escaping @Sendable (FrontProxy) async throws -> Void
    ) async throws {
        _ = try await Subprocess.run(
            .path(.init(location(of: program) ?? program)),
            arguments: Arguments(arguments),
            platformOptions: Programs.gentle,
            input: .none,
            output: .discarded,
            error: .discarded
        ) { execution in
            // nginx and HAProxy bind everything before they accept anywhere.
            let isUp = try await eventually(within: 15) {
                ports.values.contains { FreePort.isTaken($0) }
            }
            guard isUp else { throw PeerFailure(words: "\(program) does not listen.") }
            try await body(FrontProxy(ports: ports))
            try? execution.send(signal: .terminate)
        }
    }
}
