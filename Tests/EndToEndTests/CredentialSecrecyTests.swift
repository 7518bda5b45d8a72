import Foundation
import Testing

/// What a gate is told in confidence, and everything that it says and keeps.
@Suite(.serialized, .timeLimit(.minutes(3))) struct CredentialSecrecyTests {
    private static let upstreamSecret = "canary-of-the-upstream-4b7d20"
    private static let password = "canary-of-ana-correct-horse-91c3"
    private static let wrong = "canary-that-is-no-key-0f5a6c77"

    /// What must stand nowhere, by name.
    private struct Canaries: Sendable {
        var key: String
        var token: String
        var forged: String

        var byName: [String: String] {
            let basic = Data("ana:\(password)".utf8).base64EncodedString()
            return [
                "the seeded key": TestGate.key,
                "a key": key,
                "a token": token,
                "the signature of a token": token.split(separator: ".").last.map(String.init) ?? "",
                "a forged token": forged,
                "a password": password,
                "a password as it is sent": basic,
                "a wrong key": wrong,
                "the upstream's credential": upstreamSecret,
            ]
        }
    }

    @Test func `no secret is shown or kept, whatever fails`() async throws {
        try await TestFolder.with { folder in
            try await TestFolder.with { elsewhere in
                try await TokenIssuer.with(elsewhere) { issuer in
                    let environment = [
                        "ENABLE_DEBUG_MESSAGES": "true", "UPSTREAM_TOKEN": Self.upstreamSecret,
                    ]
                    try await TestGate.with(folder, environment: environment) { gate in
                        try await issuer.trust(by: gate)
                        let canaries = try await Self.prepare(gate, issuer)
                        try await Self.failInEveryWay(gate, canaries)
                        try await Self.expectSilence(of: gate, canaries)
                    }
                }
            }
        }
    }

    /// Gives the gate one secret of each kind.
    private static func prepare(
        _ gate: TestGate,
        _ issuer: TokenIssuer
    ) async throws -> Canaries {
        let made = try await gate.command("keys", "create", "ci", "--scheme", "bearer")
        let port = try FreePort.any()
        let commands = [
            "echo '\(password)' | \(Programs.gatehouse) keys create ana --scheme basic"
                + " --user ana --password-stdin --socket \(gate.socket)",
            "\(Programs.gatehouse) servers add web --url http://127.0.0.1:\(port)/mcp"
                + " --credential env:UPSTREAM_TOKEN --credential-field Authorization"
                + " --credential-prefix 'Bearer ' --socket \(gate.socket)",
        ]
        for command in commands {
            let outcome = try await Programs.run("/bin/sh", ["-c", command])
            #expect(outcome.status == 0, "\(outcome.errors)")
        }
        let token = try await issuer.token()
        return Canaries(
            key: made.output.trimmingCharacters(in: .newlines),
            token: token,
            forged: String(token.dropLast(6)) + "AAAAAA"
        )
    }

    private static func failInEveryWay(_ gate: TestGate, _ canaries: Canaries) async throws {
        func bearer(_ token: String) -> [String] { ["-H", "Authorization: Bearer \(token)"] }
        let attempts: [(String, [String], Int)] = [
            ("a good token", bearer(canaries.token), 200),
            ("a good key", bearer(canaries.key), 200),
            ("a good password", ["--user", "ana:\(password)"], 200),
            ("a wrong key", ["-H", "X-API-Key: \(wrong)"], 401),
            ("a key in the wrong place", ["-H", "X-API-Key: \(canaries.key)"], 401),
            ("a forged token", bearer(canaries.forged), 401),
            ("a token in pieces", bearer(canaries.token + " x"), 401),
            ("a password of nobody", ["--user", "\(wrong):\(password)"], 401),
            ("an unknown scheme", ["-H", "Authorization: Digest \(canaries.token)"], 401),
            ("two credentials", bearer(canaries.key) + ["-H", "X-API-Key: \(canaries.key)"], 401),
            (
                "a host of nobody", bearer(canaries.key) + ["-H", "Host: \(wrong).example"], 403
            ),
            ("a page of nobody", bearer(canaries.key) + ["-H", "Origin: https://\(wrong)"], 403),
        ]
        for (name, options, status) in attempts {
            let answer = try await gate.ask(options)
            #expect(answer.status == status, "\(name): \(answer)")
        }
        for (path, status) in [
            ("/\(canaries.key)", 404), ("/mcp?api_key=\(canaries.key)", 401),
            ("/mcp?access_token=\(canaries.token)", 401), ("/servers/web/mcp", 502),
        ] {
            let answer = try await gate.ask(
                tool: "list_\(wrong)",
                path: path,
                bearer(canaries.key)
            )
            #expect(answer.status == status, "\(path): \(answer)")
        }
        let connection = try RawConnection(port: gate.port)
        connection.send("POST /mcp HTTP/1.1\nX-API-Key: \(canaries.key)\n\n")
        #expect(connection.readToEnd()?.hasPrefix("HTTP/1.1 400 ") == true)
    }

    private static func expectSilence(of gate: TestGate, _ canaries: Canaries) async throws {
        let isRecorded = try await eventually {
            try await gate.command("events", "--json").output.contains("credentials_invalid")
        }
        #expect(isRecorded)
        var said = ["the announcement": gate.announcement.joined(separator: "\n")]
        for command in [
            ["status"], ["events", "--limit", "10000"], ["policy", "show"], ["policy", "export"],
            ["policy", "history"], ["keys", "list"], ["keys", "show", "ana"], ["auth"],
            ["auth", "tokens"], ["servers", "list"], ["ban", "list"],
        ] {
            for options in [[], ["--json"]] {
                let outcome = try await gate.run(command + options)
                #expect(outcome.status == 0, "\(command): \(outcome.errors)")
                said["\(command + options)"] = outcome.output + outcome.errors
            }
        }
        for tool in ["list_security_events", "list_auth_failures"] {
            said[tool] = try await gate.call(tool: tool).body
        }
        for name in try gate.folder.names() where name != "admin.sock" {
            let bytes = try Data(contentsOf: URL(filePath: "\(gate.folder.path)/\(name)"))
            said[name] = String(decoding: bytes, as: UTF8.self)
        }
        // What is no secret is found, so a secret would be.
        for (source, word) in [
            ("stderr", "credentials_invalid"), ("gatehouse.sqlite", "SQLite format"),
            (#"["policy", "export"]"#, TokenIssuer.name), (#"["keys", "list"]"#, "ana"),
        ] {
            #expect(said[source]?.contains(word) == true, "\(source)")
        }
        for (source, text) in said {
            for (name, canary) in canaries.byName {
                #expect(!text.contains(canary), "\(name) in \(source)")
            }
        }
    }
}
