import Foundation
import Subprocess
import SystemPackage
import Testing

/// Rules change under a real client's load; nothing fails but what the new rule denies.
@Suite(.serialized) struct HotEditTests {
    @Test(arguments: McpPeerTests.modes)
    func `edits under load fail no call that the new rule allows`(mode: String) async throws {
        try await underLoad(mode: mode) { gate in
            for round in 1...10 {
                let network = "10.\(round).0.0/16"
                for arguments in [
                    ["allow", "add", "127.0.0.0/8"], ["deny", "add", network],
                    ["limits", "set", "--per-key", "\(600_000 - round)"],
                    ["keys", "create", "holder-\(round)"], ["deny", "remove", network],
                    ["ban", "add", "192.0.2.\(round)"], ["allow", "remove", "127.0.0.0/8"],
                ] {
                    let outcome = try await gate.run(arguments)
                    #expect(outcome.status == 0, "\(arguments): \(outcome.errors)")
                }
            }
        }
    }

    @Test func `an edit is obeyed by the next call`() async throws {
        try await TestFolder.with { folder in
            try await TestGate.with(folder) { gate in
                #expect(try await gate.call(from: "127.0.5.5").status == 200)
                _ = try await gate.command("deny", "add", "127.0.5.0/24", "--reason", "a test")
                let denied = try await gate.call(from: "127.0.5.5")
                #expect(denied.status == 403)
                #expect(denied.reason == "address_denied")
                #expect(try await gate.call(from: "127.0.6.6").status == 200)
                _ = try await gate.command("deny", "remove", "127.0.5.0/24")
                #expect(try await gate.call(from: "127.0.5.5").status == 200)
            }
        }
    }

    @Test func `both secrets of a rotated key work until the grace ends`() async throws {
        try await TestFolder.with { folder in
            try await TestGate.with(folder) { gate in
                let created = try await gate.command("keys", "create", "ci-runner", "--json")
                let id = try #require(member("id", of: created))
                let first = try #require(member("secret", of: created))
                let rotated = try await gate.command(
                    "keys",
                    "rotate",
                    id,
                    "--grace",
                    "1h",
                    "--json"
                )
                let second = try #require(member("secret", of: rotated))
                #expect(first != second)
                #expect(try await gate.call(key: first).status == 200)
                #expect(try await gate.call(key: second).status == 200)
                let isCounted = try await eventually {
                    let list = try await gate.command("keys", "list", "--json")
                    return list.output.contains(#""graceUses" : 1"#)
                        || list.output.contains(#""graceUses":1"#)
                }
                #expect(isCounted)
                _ = try await gate.command("keys", "revoke", id, "--yes")
                let refused = try await gate.call(key: second)
                #expect(refused.status == 401)
                #expect(refused.reason == "credentials_invalid")
                #expect(refused.fields["www-authenticate"] != nil)
            }
        }
    }

    private func member(_ name: String, of outcome: Programs.Outcome) -> String? {
        (outcome.json as? [String: Any])?[name] as? String
    }

    /// Runs `body` while the Python client calls without a pause, then judges its tally.
    private func underLoad(
        mode: String,
        _ body: @escaping @Sendable (TestGate) async throws -> Void
    ) async throws {
        try await TestFolder.with { folder in
            try await PythonServer.with(folder) { server in
                try await TestGate.with(folder, arguments: ["--upstream", server.url]) { gate in
                    let outcome = try await Subprocess.run(
                        .path(FilePath(Programs.python)),
                        arguments: [
                            Programs.peer("client.py"), "load", gate.url, mode, TestGate.key,
                        ],
                        platformOptions: Programs.gentle,
                        input: .inputWriter,
                        output: .sequence,
                        error: .discarded
                    ) { execution in
                        var tally: [String] = []
                        for try await line in execution.standardOutput.strings() {
                            tally.append(line)
                            guard line.contains("ready") else { continue }
                            try await body(gate)
                            try await execution.standardInputWriter.finish()
                        }
                        return tally
                    }
                    let last = outcome.closureResult.last ?? ""
                    let facts =
                        try JSONSerialization.jsonObject(with: Data(last.utf8)) as? [String: Any]
                    #expect(facts?["failed"] as? Int == 0, "\(outcome.closureResult)")
                    #expect((facts?["done"] as? Int ?? 0) > 20)
                }
            }
        }
    }
}
