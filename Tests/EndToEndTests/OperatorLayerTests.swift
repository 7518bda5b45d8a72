import Foundation
import Testing

/// What operators say of the layers on the command line, seen at the gate's door.
@Suite(.serialized) struct OperatorLayerTests {
    @Test func `a lockdown holds through a rollback and kill -9, until it is lifted`() async throws
    {
        try await TestFolder.with { folder in
            try await TestGate.with(folder) { gate in
                let on = try await gate.command(
                    "lockdown",
                    "on",
                    "--allow",
                    "127.0.0.1",
                    "--reason",
                    "incident 7"
                )
                #expect(on.status == 0, "\(on.errors)")
                #expect(try await gate.call(from: "127.0.9.9").reason == "lockdown")
                #expect(try await gate.call().status == 200)
                let back = try await gate.command("policy", "rollback", "1")
                #expect(back.output.contains("lockdown"))
                kill(gate.processID, SIGKILL)
            }
            try await TestGate.with(folder) { gate in
                #expect(try await gate.call(from: "127.0.9.9").reason == "lockdown")
                let shown = try await gate.command("lockdown", "show")
                #expect(shown.output.contains("incident 7"))
                #expect(try await gate.command("status").output.contains("ON: closed to"))
                _ = try await gate.command("lockdown", "off")
                #expect(try await gate.call(from: "127.0.9.9").status == 200)
            }
        }
    }

    @Test func `a lockdown without a reason is not made`() async throws {
        let outcome = try await Programs.run(Programs.gatehouse, ["lockdown", "on"])
        #expect(outcome.status == 64)
        #expect(outcome.errors.contains("--reason"))
    }

    @Test func `keys of each scheme open the gate in their own way only`() async throws {
        try await TestFolder.with { folder in
            try await TestGate.with(folder) { gate in
                let token = try await secret(
                    gate.command("keys", "create", "ci", "--scheme", "bearer")
                )
                #expect(try await status(gate, ["-H", "Authorization: Bearer \(token)"]) == 200)
                #expect(try await status(gate, ["-H", "X-API-Key: \(token)"]) == 401)
                let password = try await secret(
                    gate.command("keys", "create", "ana", "--scheme", "basic", "--user", "ana")
                )
                #expect(try await status(gate, ["--user", "ana:\(password)"]) == 200)
                #expect(try await status(gate, ["--user", "ana:\(password)x"]) == 401)
                let rotated = try await secret(gate.command("keys", "rotate", "ana", "--no-grace"))
                #expect(try await status(gate, ["--user", "ana:\(rotated)"]) == 200)
                #expect(try await status(gate, ["--user", "ana:\(password)"]) == 401)
            }
        }
    }

    @Test func `a password from standard input is shown nowhere`() async throws {
        try await TestFolder.with { folder in
            try await TestGate.with(folder) { gate in
                let password = "correct horse battery"
                let made = try await Programs.run(
                    "/bin/sh",
                    [
                        "-c",
                        "echo '\(password)' | \(Programs.gatehouse) keys create bo --scheme basic"
                            + " --user bo --password-stdin --socket \(gate.socket)",
                    ]
                )
                #expect(made.status == 0, "\(made.errors)")
                #expect(!(made.output + made.errors).contains(password))
                #expect(try await status(gate, ["--user", "bo:\(password)"]) == 200)
                let shown = try await gate.command("keys", "show", "bo", "--json")
                #expect(shown.output.contains(#""username":"bo""#))
                #expect(!shown.output.contains(password))
            }
        }
    }

    @Test func `what a key may do is set, changed and shown`() async throws {
        try await TestFolder.with { folder in
            try await TestGate.with(folder) { gate in
                let key = try await secret(
                    gate.command(
                        "keys",
                        "create",
                        "ro",
                        "--tools",
                        "get_server_*,list_*",
                        "--deny-tools",
                        "list_keys",
                        "--from",
                        "127.0.0.0/8",
                        "--rate",
                        "1200:600",
                        "--expires",
                        "1d"
                    )
                )
                #expect(try await gate.call(key: key).status == 200)
                _ = try await gate.command("keys", "access", "ro", "--tools", "nothing")
                let refused = try await gate.call(key: key)
                #expect(refused.body.contains("error"))
                _ = try await gate.command("keys", "access", "ro", "--tools", "", "--rate", "none")
                #expect(!(try await gate.call(key: key).body.contains(#""error""#)))
                _ = try await gate.command("keys", "access", "ro", "--from", "10.0.0.0/8")
                #expect(try await gate.call(key: key).status == 401)
                let list = try await gate.command("keys", "list").output
                #expect(list.contains("from 10.0.0.0/8"))
                #expect(list.contains("not list_keys"))
            }
        }
    }

    @Test func `who fails too often is banned, stays so over a restart, and can be let in`()
        async throws
    {
        try await TestFolder.with { folder in
            try await TestGate.with(folder) { gate in
                _ = try await gate.command(
                    "auth",
                    "failures",
                    "set",
                    "--count",
                    "3",
                    "--ban",
                    "5m",
                    "--protect",
                    ""
                )
                for _ in 0..<3 {
                    let answer = try await gate.call(key: Self.wrongKey, from: "127.0.9.9")
                    #expect(answer.status == 401)
                }
                #expect(try await gate.call(from: "127.0.9.9").status == 403)
                #expect(try await gate.call().status == 200)
            }
            try await TestGate.with(folder) { gate in
                #expect(try await gate.call(from: "127.0.9.9").status == 403)
                let isListed = try await eventually {
                    try await gate.command("ban", "list").output.contains("address_banned")
                }
                #expect(isListed)
                let removed = try await gate.command("ban", "remove", "127.0.9.9")
                #expect(removed.status == 0, "\(removed.errors)")
                #expect(try await gate.call(from: "127.0.9.9").status == 200)
            }
        }
    }

    @Test func `each layer is set in part, shown, and keeps what was not named`() async throws {
        try await TestFolder.with { folder in
            try folder.write(#"{"keys":[]}"#, to: "keys.json")
            try await TestGate.with(folder) { gate in
                for (set, show, words) in Self.settings(keys: "\(folder.path)/keys.json") {
                    let outcome = try await gate.run(set + ["--json"])
                    #expect(outcome.status == 0, "\(set): \(outcome.errors)")
                    let shown = try await gate.run(show + ["--json"]).output
                    for word in words { #expect(shown.contains(word), "\(set): \(shown)") }
                    let plain = try await gate.run(show)
                    #expect(plain.status == 0 && !plain.output.isEmpty, "\(show)")
                }
                #expect(try await gate.call().status == 200)
            }
        }
    }

    @Test(arguments: [
        (
            "a wildcard with credentials",
            ["cors", "set", "--any-origin", "on", "--credentials", "on"]
        ),
        ("the whole world as a proxy", ["proxies", "set", "--trust", "0.0.0.0/0"]),
        ("a ban longer than the longest", ["auth", "failures", "set", "--ban", "2d"]),
        (
            "keys over plain HTTP",
            [
                "auth", "tokens", "set", "--issuer", "i", "--audience", "https://a", "--keys",
                "http://keys.example/",
            ]
        ),
        ("a server without a name", ["servers", "add", "", "--url", "http://127.0.0.1:9/mcp"]),
        ("no connections", ["limits", "set", "--max-connections", "0"]),
    ])
    func `what would open the gate is refused with its place in the policy`(
        name: String,
        arguments: [String]
    ) async throws {
        try await TestFolder.with { folder in
            try await TestGate.with(folder) { gate in
                let outcome = try await gate.run(arguments)
                #expect(outcome.status == 65, "\(outcome.errors)")
                #expect(outcome.errors.contains("the policy would not be valid: "))
                let history = try await gate.command("policy", "history", "--json")
                #expect((history.json as? [Any])?.count == 1)
            }
        }
    }

    @Test func `further servers are added, listed and removed`() async throws {
        try await TestFolder.with { folder in
            try await TestGate.with(folder) { gate in
                _ = try await gate.command(
                    "servers",
                    "add",
                    "web",
                    "--url",
                    "http://127.0.0.1:9/mcp"
                )
                let made = try await Programs.run(
                    Programs.gatehouse,
                    [
                        "servers", "add", "files", "--socket", gate.socket, "--credential",
                        "env:FILES_TOKEN", "--credential-field", "API_TOKEN", "--", "cat", "-u",
                    ]
                )
                #expect(made.status == 0, "\(made.errors)")
                let list = try await gate.command("servers", "list").output
                #expect(list.contains("/servers/files/mcp"))
                #expect(list.contains("cat -u"))
                #expect(list.contains("/servers/web/mcp"))
                _ = try await gate.command("servers", "remove", "web")
                #expect(!(try await gate.command("servers", "list").output.contains("/web/")))
                #expect(try await gate.command("servers", "remove", "web").status == 65)
            }
        }
    }

    @Test(arguments: [
        ("a password without a user", ["keys", "create", "x", "--scheme", "basic"], "--user"),
        ("a user without a password", ["keys", "create", "x", "--user", "ana"], "--scheme basic"),
        ("a scheme nobody knows", ["keys", "create", "x", "--scheme", "digest"], "api_key"),
        ("a rate of words", ["keys", "create", "x", "--rate", "many"], "many"),
        ("a rate with a sign", ["keys", "create", "x", "--rate", "+5"], "+5"),
        ("a burst of nothing", ["keys", "create", "x", "--rate", "5:"], "5:"),
        (
            "a network with bits to spare", ["proxies", "set", "--trust", "10.1.0.0/8"],
            "10.1.0.0/8"
        ),
        ("a list with a hole", ["keys", "create", "x", "--tools", "a,,b"], "comma"),
        ("no access at all", ["keys", "access", "x"], "--tools"),
        ("no proxy setting", ["proxies", "set"], "--trust"),
        ("no origin setting", ["cors", "set"], "--origins"),
        ("no limit", ["limits", "set"], "--per-address"),
        ("a tool without a rate", ["limits", "set", "--per-tool", "write"], "PATTERN=RATE"),
        ("a server of nothing", ["servers", "add", "x"], "--url"),
        ("two servers at once", ["servers", "add", "x", "--url", "http://a/", "--", "b"], "--url"),
        ("a time without unit", ["auth", "failures", "set", "--ban", "60"], "90s"),
        ("a scope without tools", ["auth", "tokens", "set", "--scope", "read"], "SCOPE=TOOLS"),
    ])
    func `what cannot be meant is told before any gate is asked`(
        name: String,
        arguments: [String],
        word: String
    ) async throws {
        let outcome = try await Programs.run(
            Programs.gatehouse,
            arguments,
            environment: ["GATEHOUSE_SOCKET": "/nowhere/admin.sock"]
        )
        #expect(outcome.status == 64, "\(outcome.errors)")
        #expect(outcome.errors.contains(word), "\(outcome.errors)")
    }

    static let wrongKey = "0123abcd4567efab89cd0123ef456789"

    /// What is set, where it is shown, and what must stand there as JSON.
    private static func settings(keys: String) -> [([String], [String], [String])] {
        [
            (
                ["proxies", "set", "--trust", "127.0.0.0/8,10.1.0.0/16", "--field", "forwarded"],
                ["proxies", "show"],
                [#""trusted":["127.0.0.0/8","10.1.0.0/16"]"#, #""field":"forwarded""#]
            ),
            (["proxies", "set", "--trust", ""], ["proxies"], [#""trusted":[]"#, "forwarded"]),
            (
                ["cors", "set", "--enabled", "on", "--origins", "https://app.example"],
                ["cors", "show"],
                [#""isEnabled":true"#, #""origins":["https://app.example"]"#]
            ),
            (["cors", "set", "--max-age", "0"], ["cors"], [#""maxAgeSeconds":0"#, "app.example"]),
            (
                ["limits", "set", "--per-tool", "write_*=10:2", "--per-upstream", "600"],
                ["limits", "show"],
                [#""pattern":"write_*""#, #""perUpstream":{"burst":600,"requestsPerMinute":600}"#]
            ),
            (
                [
                    "limits", "set", "--streams", "50", "--concurrent", "9", "--max-connections",
                    "99",
                ],
                ["limits"],
                [#""streams":50"#, #""requestsPerPrincipal":9"#, #""connections":99"#, "write_*"]
            ),
            (
                ["limits", "set", "--per-tool", "write_*=none", "--per-upstream", "none"],
                ["limits"], [#""perTool":[]"#, #""streams":50"#]
            ),
            (
                ["auth", "failures", "set", "--window", "30s", "--ban-max", "1d"],
                ["auth", "failures"], [#""windowSeconds":30"#, #""banSecondsMax":86400"#]
            ),
            (
                [
                    "auth", "tokens", "set", "--issuer", "https://login.example", "--audience",
                    "https://gate.example/mcp", "--keys", keys, "--scope", "read=read_*,list_*",
                    "--scope", "admin=",
                ],
                ["auth", "tokens"],
                [#""issuer":"https://login.example""#, #""allow":["read_*","list_*"]"#, "admin"]
            ),
            (["auth", "tokens", "set", "--clock-skew", "5s"], ["auth", "tokens"], ["list_*"]),
            (["auth", "tokens", "off"], ["auth", "tokens"], [#""isOn":false"#]),
            (
                ["auth", "certificates", "add", "ci", "--subject", "CN=ci", "--tools", "read_*"],
                ["auth", "certificates"], [#""subject":"CN=ci""#, #""read_*""#]
            ),
            (["auth", "certificates", "remove", "CN=ci"], ["auth", "certificates"], ["[]"]),
            (
                ["lockdown", "on", "--allow", "127.0.0.0/8", "--for", "1h", "--reason", "drill"],
                ["lockdown"], [#""isOn":true"#, "127.0.0.0/8"]
            ),
            (["lockdown", "off"], ["lockdown"], [#""isOn":false"#]),
            (["auth", "require", "on"], ["auth"], [#""isRequired":true"#]),
        ]
    }

    private func secret(_ outcome: Programs.Outcome) throws -> String {
        #expect(outcome.status == 0, "\(outcome.errors)")
        return outcome.output.trimmingCharacters(in: .newlines)
    }

    /// The status of a ping with these options of curl.
    private func status(_ gate: TestGate, _ options: [String]) async throws -> Int {
        let body =
            #"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{"#
            + #""io.modelcontextprotocol/protocolVersion":"2026-07-28","#
            + #""io.modelcontextprotocol/clientCapabilities":{}}}}"#
        let fields = [
            "Content-Type: application/json", "Accept: application/json, text/event-stream",
            "MCP-Protocol-Version: 2026-07-28", "Mcp-Method: tools/list",
        ]
        let outcome = try await Programs.run(
            "curl",
            ["--silent", "--include", "--max-time", "20", "--data-binary", body]
                + fields.flatMap { ["-H", $0] } + options + [gate.url]
        )
        return CurlAnswer(outcome).status
    }
}
