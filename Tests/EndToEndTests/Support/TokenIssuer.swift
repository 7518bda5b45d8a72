import Foundation
import Subprocess
import SystemPackage

/// An authorization server: its keys at a real HTTP server, its tokens from PyJWT.
struct TokenIssuer: Sendable {
    static let name = "https://login.example"
    static let audience = "https://gate.example/mcp"

    let folder: TestFolder
    private let port: Int

    var keysURL: String { "http://127.0.0.1:\(port)/keys" }

    /// What makes a token, as `issuer.py` reads it.
    struct Order: Encodable, Sendable {
        var key = "first"
        var claims = Claims()
        /// Seconds from now; nil for a token without end.
        var expires: Int? = 600
        /// Where it differs from the name of the key.
        var id: String?
        var algorithm: String?
        /// What is put in place of the signed claims.
        var forge: Claims?
    }

    struct Claims: Encodable, Sendable {
        var iss: String? = TokenIssuer.name
        var aud: [String]? = [TokenIssuer.audience]
        var sub: String? = "alice"
        var scope: String? = "read"
        var nbf: Int?
    }

    /// Publishes `keys` and runs the server while `body` runs.
    static func with<Result: Sendable>(
        _ folder: TestFolder,
        keys: [String] = ["first", "rsa"],
        _ body: @escaping @Sendable (TokenIssuer) async throws -> Result
    ) async throws -> Result {
        try await publish(keys, in: folder)
        let outcome = try await Subprocess.run(
            .path(.init(Programs.python)),
            arguments: [Programs.peer("keyserver.py"), folder.path],
            platformOptions: Programs.gentle,
            input: .none,
            output: .discarded,
            error: .discarded
        ) { execution in
            guard try await eventually(within: 30, { folder.has("port") }),
                let port = Int(try folder.read("port"))
            else { throw PeerFailure(words: "The server of keys does not listen.") }
            let result = try await body(TokenIssuer(folder: folder, port: port))
            try? execution.send(signal: .terminate)
            return result
        }
        return outcome.closureResult
    }

    /// From now on these keys are given out and no others.
    func publish(_ keys: [String]) async throws {
        try await Self.publish(keys, in: folder)
    }

    private static func publish(_ keys: [String], in folder: TestFolder) async throws {
        _ = try await issuer(["publish", folder.path] + keys)
    }

    /// The tokens of these orders, in the same order.
    func tokens(_ orders: [Order]) async throws -> [String] {
        let specs = try orders.map {
            String(decoding: try JSONEncoder().encode($0), as: UTF8.self)
        }
        let printed = try await Self.issuer(["sign", folder.path] + specs)
        return printed.split(separator: "\n").map(String.init)
    }

    func token(_ order: Order = Order()) async throws -> String {
        try await tokens([order]).joined()
    }

    private static func issuer(_ arguments: [String]) async throws -> String {
        let outcome = try await Programs.run(
            Programs.python,
            [Programs.peer("issuer.py")] + arguments
        )
        guard outcome.status == 0 else { throw PeerFailure(words: outcome.errors) }
        return outcome.output
    }

    /// Makes a gate accept the tokens of this issuer; each scope opens the tools after its `=`.
    func trust(by gate: TestGate, scopes: [String] = ["read=get_*,echo", "admin="]) async throws {
        let outcome = try await gate.run(
            [
                "auth", "tokens", "set", "--issuer", Self.name, "--audience", Self.audience,
                "--keys", keysURL, "--clock-skew", "0",
            ] + scopes.flatMap { ["--scope", $0] }
        )
        guard outcome.status == 0 else { throw PeerFailure(words: outcome.errors) }
    }
}
