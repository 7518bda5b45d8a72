import Foundation
import Testing

/// `policy check` says beforehand what a file or an environment would do, and changes nothing.
@Suite struct PolicyCheckTests {
    @Test func `an environment is compared with the defaults, without a gate`() async throws {
        try await TestFolder.with { folder in
            let outcome = try await check(
                folder,
                ["--env"],
                [
                    "HTTP_BASIC_USERNAME": "ana", "HTTP_BASIC_PASSWORD": "correct horse battery",
                    "BEHIND_PROXY": "yes", "TRUST_PROXY_HEADERS": "ON", "MAX_PAYLOAD_SIZE": "4096",
                ]
            )
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.output.contains("limits.bodyBytesMax"))
            #expect(outcome.output.contains("127.0.0.0/8"))
            #expect(outcome.output.contains("key of HTTP_BASIC_PASSWORD"))
            #expect(!outcome.output.contains("horse"))
            #expect(try folder.names().isEmpty)
        }
    }

    @Test func `what an environment weakens is said`() async throws {
        try await TestFolder.with { folder in
            try folder.write("HTTP_AUTH_ENABLED=no\n", to: "gate.env")
            let outcome = try await check(folder, ["--env", "--env-file", "gate.env"])
            #expect(outcome.status == 0)
            #expect(outcome.errors.contains("HTTP_AUTH_ENABLED is off"))
        }
    }

    @Test(arguments: [
        ("HTTP_AUTH_ENABLED", "maybe"), ("HTTP_IP_WHITELIST", "10.0.0.0/33"),
        ("TRUSTED_PROXIES", "0.0.0.0/0"), ("SSE_MAX_CONNECTIONS", "0"),
        ("HTTP_CORS_ORIGINS", "https://*.example"), ("TRANSPORT_TYPE", "carrier-pigeon"),
    ])
    func `an environment that stops the start is named with status 78`(
        name: String,
        value: String
    ) async throws {
        try await TestFolder.with { folder in
            let outcome = try await check(folder, ["--env", "--json"], [name: value])
            #expect(outcome.status == 78)
            let report = try #require(outcome.json as? [String: Any])
            #expect(report["isValid"] as? Bool == false)
            let problems = report["problems"] as? [[String: Any]]
            #expect(problems?.first?["path"] as? String == name)
        }
    }

    @Test func `a file is compared with the defaults when no gate runs`() async throws {
        try await TestFolder.with { folder in
            let policy = try await TestGate.with(folder) { gate in
                _ = try await gate.command("auth", "require", "off")
                return try await gate.command("policy", "export").output
            }
            try folder.write(policy, to: "policy.json")
            let outcome = try await check(folder, ["policy.json"])
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.output.contains("authentication.isRequired"))
            #expect(outcome.output.contains("the defaults"))
            #expect(outcome.errors.contains("authentication is off"))
        }
    }

    @Test func `a file with faults is refused with every place`() async throws {
        try await TestFolder.with { folder in
            let policy = try await TestGate.with(folder) { gate in
                try await gate.command("policy", "export", "--json").output
            }
            let spoilt =
                policy
                .replacingOccurrences(of: #""blockSeconds":60"#, with: #""blockSeconds":-1"#)
                .replacingOccurrences(of: #""maxAgeSeconds":600"#, with: #""maxAgeSeconds":-1"#)
            try folder.write(spoilt, to: "policy.json")
            let outcome = try await check(folder, ["policy.json"])
            #expect(outcome.status == 65)
            #expect(outcome.errors.contains("limits.blockSeconds"))
            #expect(outcome.errors.contains("browser.crossOrigin.maxAgeSeconds"))
        }
    }

    @Test(arguments: [[], ["--env", "policy.json"], ["policy.json", "--env-file", "gate.env"]])
    func `it is told what to check, and one thing only`(arguments: [String]) async throws {
        try await TestFolder.with { folder in
            let outcome = try await check(folder, arguments)
            #expect(outcome.status == 64)
        }
    }

    private func check(
        _ folder: TestFolder,
        _ arguments: [String],
        _ environment: [String: String] = [:]
    ) async throws -> Programs.Outcome {
        try await Programs.run(
            Programs.gatehouse,
            ["policy", "check", "--socket", "\(folder.path)/none.sock"] + arguments,
            environment: environment,
            workingFolder: folder.path
        )
    }
}
