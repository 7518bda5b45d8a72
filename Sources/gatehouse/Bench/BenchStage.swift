import Deployment
import Foundation
import MCP
import Policy
import Rehearsal

/// Starts what a measurement needs, each on the processor that belongs to it.
///
/// Everything ends with the body that it was started for.
struct BenchStage: Sendable {
    /// What listens and what is measured, told by the processor.
    enum Processor {
        static let generator = 0
        static let proxy = 1
    }

    /// Our own executable.
    let binary: String
    /// Goes away with the measurement.
    let folder: String
    /// As long as a real key; it guards nothing but the measurement.
    let key = "5c2e8a917f4d4b60b3c19d0e7a6f8521"

    init(folder: String) throws {
        self.folder = folder
        binary = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    }

    // MARK: Peers

    func withUpstream<Result: Sendable>(
        port: Int,
        _ body: @escaping @Sendable (_ processID: Int32) async throws -> Result
    ) async throws -> Result {
        try await ChildProcess.with(
            binary,
            ["bench-peer", "upstream", "--port", "\(port)"],
            processor: Processor.generator,
            body
        )
    }

    /// A data plane alone, which obeys `policy`.
    func withGate<Result: Sendable>(
        port: Int,
        policy: PolicyDocument,
        isGuarded: Bool = true,
        identity: CertificateFiles? = nil,
        _ body: @escaping @Sendable (_ processID: Int32) async throws -> Result
    ) async throws -> Result {
        let file = "\(folder)/policy-\(port).json"
        try JSONEncoder().encode(policy).write(to: URL(filePath: file))
        return try await ChildProcess.with(
            binary,
            ["bench-peer", "gate", "--port", "\(port)", "--policy", file]
                + ["--guards", isGuarded ? "on" : "off"] + Self.options(identity),
            processor: Processor.proxy,
            body
        )
    }

    /// A whole gate as operators run it, once it answers on its admin socket.
    func withServe<Result: Sendable>(
        port: Int,
        arguments: [String] = [],
        identity: CertificateFiles? = nil,
        _ body: @escaping @Sendable (_ gate: ServedGate) async throws -> Result
    ) async throws -> Result {
        let own = "\(folder)/\(port)"
        let socket = "\(own)/admin.sock"
        return try await ChildProcess.with(
            binary,
            ["serve", "--store", "\(own)/gatehouse.sqlite", "--socket", socket]
                + Self.options(identity) + arguments,
            environment: [
                "SERVER_PORT": "\(port)",
                "HTTP_API_KEY": key,
                "MAX_REQUESTS_PER_MINUTE": "60000000",
            ]
        ) { processID in
            try await LoadProbe.waitForGate(socket)
            return try await body(ServedGate(processID: processID, socketPath: socket))
        }
    }

    private static func options(_ identity: CertificateFiles?) -> [String] {
        guard let identity else { return [] }
        return ["--tls-certificate", identity.certificatePath, "--tls-key", identity.keyPath]
    }

    /// nginx doing the gate's job; told the worker, whose account is the one that counts, or nil
    /// where nginx is not installed.
    func withNginx<Result: Sendable>(
        port: Int,
        upstreamPort: Int,
        identity: CertificateFiles? = nil,
        _ body: @escaping @Sendable (_ worker: Int32?) async throws -> Result
    ) async throws -> Result {
        guard let path = Self.nginxPath else { return try await body(nil) }
        let configuration = NginxConfiguration(
            port: port,
            upstreamPort: upstreamPort,
            key: key,
            folder: folder,
            identity: identity.map {
                .init(certificatePath: $0.certificatePath, keyPath: $0.keyPath)
            }
        )
        let file = "\(folder)/nginx.conf"
        try configuration.text.write(toFile: file, atomically: true, encoding: .utf8)
        return try await ChildProcess.with(
            path,
            ["-p", folder, "-e", "\(folder)/error.log", "-c", file],
            processor: Processor.proxy
        ) { master in
            try await LoadProbe.waitForPort(port)
            return try await body(try await Self.worker(of: master))
        }
    }

    private static var nginxPath: String? {
        ["/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx"]
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// The master listens before it starts its worker, so the worker may come a little later.
    private static func worker(of master: Int32) async throws -> Int32 {
        for _ in 0..<100 {
            let children = "/proc/\(master)/task/\(master)/children"
            let text = try String(contentsOfFile: children, encoding: .utf8)
            if let worker = text.split(separator: " ").first.flatMap({ Int32($0) }) {
                return worker
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw RehearsalError(.peerUnavailable, "nginx started no worker within 2 s.")
    }

    // MARK: Load

    /// Sends a load from the generator's processor.
    func load(_ order: LoadOrder, seconds: Double) async throws -> LoadResult {
        try await ask(
            ["load", "--key", key, "--seconds", "\(seconds)"] + order.options,
            as: LoadResult.self
        )
    }

    /// Runs a peer to its end and reads the JSON that it prints.
    func ask<Answer: Decodable>(_ arguments: [String], as type: Answer.Type) async throws -> Answer
    {
        let output = try await ChildProcess.output(
            binary,
            ["bench-peer"] + arguments,
            processor: Processor.generator
        )
        return try JSONDecoder().decode(type, from: Data(output.utf8))
    }
}

/// What the generator is to send, and to whom.
struct LoadOrder: Sendable {
    var port: Int
    var connections = 64
    /// For TLS; nil for none.
    var trustedCertificates: String?
    var renewsConnections = false

    fileprivate var options: [String] {
        ["--port", "\(port)", "--connections", "\(connections)"]
            + (trustedCertificates.map { ["--trusted-certificates", $0] } ?? [])
            + (renewsConnections ? ["--renews-connections"] : [])
    }
}

/// A running `gatehouse serve`.
struct ServedGate: Sendable {
    var processID: Int32
    var socketPath: String
}
