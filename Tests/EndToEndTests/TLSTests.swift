import Foundation
import Testing

/// TLS and HTTP/2 with real peers: curl and openssl.
@Suite(.timeLimit(.minutes(3))) struct TLSTests {
    private func makeCertificate(
        _ folder: TestFolder,
        _ name: String = "127.0.0.1",
        options: [String] = []
    ) async throws -> Programs.Outcome {
        try await Programs.run(
            Programs.gatehouse,
            ["cert", "self-signed", "--name", name, "--out", "\(folder.path)/tls"] + options
        )
    }

    private func arguments(_ folder: TestFolder) -> [String] {
        [
            "--tls-certificate", "\(folder.path)/tls/certificate.pem",
            "--tls-key", "\(folder.path)/tls/key.pem",
        ]
    }

    private func withGate(
        _ body: @escaping @Sendable (TestGate, TestFolder) async throws -> Void
    ) async throws {
        try await TestFolder.with { folder in
            #expect(try await makeCertificate(folder).status == 0)
            try await TestGate.with(folder, arguments: arguments(folder)) { gate in
                try await body(gate, folder)
            }
        }
    }

    private func curl(
        _ gate: TestGate,
        _ folder: TestFolder,
        _ path: String,
        _ options: [String]
    ) async throws -> Programs.Outcome {
        try await Programs.run(
            "curl",
            [
                "--silent", "--show-error", "--include", "--max-time", "20",
                "--cacert", "\(folder.path)/tls/certificate.pem",
            ] + options + ["https://127.0.0.1:\(gate.port)\(path)"]
        )
    }

    /// What `openssl s_client` says of a handshake that it ends at once.
    private func handshake(_ gate: TestGate, _ options: [String]) async throws -> String {
        let outcome = try await Programs.run(
            "openssl",
            ["s_client", "-connect", "127.0.0.1:\(gate.port)"] + options
        )
        return outcome.output + outcome.errors
    }

    // MARK: Versions of HTTP

    @Test func `curl calls a tool over HTTP/2 and over HTTP/1.1`() async throws {
        try await withGate { gate, folder in
            #expect(gate.announcement.contains { $0.contains("https://127.0.0.1:\(gate.port)/") })
            let body =
                #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"#
                + #""get_server_time","arguments":{},"_meta":{"#
                + #""io.modelcontextprotocol/protocolVersion":"2026-07-28","#
                + #""io.modelcontextprotocol/clientCapabilities":{}}}}"#
            let request = [
                "-H", "Content-Type: application/json",
                "-H", "Accept: application/json, text/event-stream",
                "-H", "MCP-Protocol-Version: 2026-07-28", "-H", "Mcp-Method: tools/call",
                "-H", "Mcp-Name: get_server_time", "-H", "X-API-Key: \(TestGate.key)",
                "--data-binary", body,
            ]
            for (option, line) in [("--http2", "HTTP/2 200"), ("--http1.1", "HTTP/1.1 200")] {
                let outcome = try await curl(gate, folder, "/mcp", [option] + request)
                #expect(outcome.output.hasPrefix(line), "\(outcome)")
                #expect(outcome.output.contains(#""result""#))
                let refused = try await curl(gate, folder, "/mcp", [option, "-d", "{}"])
                #expect(CurlAnswer(refused).status == 401)
            }
        }
    }

    @Test func `curl sends many requests over one HTTP/2 connection`() async throws {
        try await withGate { gate, folder in
            let more = (0..<30).flatMap { _ in
                ["--output", "/dev/null", "https://127.0.0.1:\(gate.port)/health"]
            }
            let outcome = try await curl(
                gate,
                folder,
                "/health",
                ["--http2", "--parallel", "--write-out", "%{http_version} %{http_code}\n"] + more
            )
            let lines = outcome.output.split(separator: "\n").filter { $0.hasSuffix("2 200") }
            #expect(lines.count == 31, "\(outcome)")
        }
    }

    // MARK: Handshakes

    @Test(arguments: [
        (["-tls1_3"], "Cipher is TLS_AES"),
        (["-tls1_2"], "Cipher is ECDHE-ECDSA-"),
        (["-alpn", "h2,http/1.1"], "ALPN protocol: h2"),
        (["-alpn", "http/1.1"], "ALPN protocol: http/1.1"),
        (["-tls1_2", "-reconnect"], "Reused, TLSv1.2"),
    ])
    func `openssl agrees on what is modern`(options: [String], words: String) async throws {
        try await withGate { gate, _ in
            let said = try await handshake(gate, options)
            #expect(said.contains(words), "\(said)")
        }
    }

    @Test(arguments: [
        ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"],
        ["-tls1", "-cipher", "ALL:@SECLEVEL=0"],
        ["-tls1_2", "-cipher", "AES128-GCM-SHA256:AES256-GCM-SHA384"],
        ["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA:ECDHE-ECDSA-AES256-SHA384"],
        ["-tls1_2", "-cipher", "DHE-RSA-AES256-GCM-SHA384:aNULL:@SECLEVEL=0"],
    ])
    func `openssl gets nothing that is old or weak`(options: [String]) async throws {
        try await withGate { gate, _ in
            let said = try await handshake(gate, options)
            #expect(said.contains("Cipher is (NONE)"), "\(said)")
            #expect(said.contains("alert"), "\(said)")
        }
    }

    @Test func `a handshake that fails is told to the operator`() async throws {
        try await withGate { gate, _ in
            _ = try await handshake(gate, ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"])
            let isTold = try await eventually {
                try await gate.command("events").output.contains("handshake_failed")
            }
            #expect(isTold)
        }
    }

    // MARK: Renewal

    @Test func `a hang-up loads a renewed pair, and refuses a broken one`() async throws {
        try await withGate { gate, folder in
            let renewed = try await makeCertificate(folder, "renewed.test", options: ["--force"])
            #expect(renewed.status == 0)
            kill(gate.processID, SIGHUP)
            let isRenewed = try await eventually {
                try await handshake(gate, []).contains("CN = renewed.test")
            }
            #expect(isRenewed)
            try folder.write("no key", to: "tls/key.pem")
            kill(gate.processID, SIGHUP)
            let isTold = try await eventually {
                try await gate.command("events").output.contains("certificate_refused")
            }
            #expect(isTold)
            #expect(try await handshake(gate, []).contains("CN = renewed.test"))
        }
    }

    @Test func `a renewed pair is found without a signal, and no call is lost`() async throws {
        try await withGate { gate, folder in
            let before = try await Programs.run("cat", ["\(folder.path)/tls/certificate.pem"])
            try folder.write(before.output, to: "old.pem")
            let renewed = try await makeCertificate(folder, options: ["--force", "--days", "9"])
            #expect(renewed.status == 0)
            var failures: [String] = []
            let isRenewed = try await eventually {
                for trust in ["old.pem", "tls/certificate.pem"] {
                    let outcome = try await Programs.run(
                        "curl",
                        [
                            "--silent", "--max-time", "10", "--cacert", "\(folder.path)/\(trust)",
                            "https://127.0.0.1:\(gate.port)/health",
                        ]
                    )
                    if outcome.output == "ok" { return trust != "old.pem" }
                }
                failures.append("neither certificate was shown")
                return false
            }
            #expect(isRenewed)
            #expect(failures.isEmpty)
        }
    }

    // MARK: Bad input

    @Test func `a pair that cannot be served stops the start, and is named`() async throws {
        try await TestFolder.with { folder in
            #expect(try await makeCertificate(folder).status == 0)
            try folder.write("no key", to: "tls/other.pem")
            let files = "\(folder.path)/tls"
            for (certificate, key, words) in [
                ("certificate.pem", "none.pem", "none.pem cannot be read"),
                ("certificate.pem", "other.pem", "holds no private key"),
                ("other.pem", "key.pem", "holds no certificate"),
            ] {
                let outcome = try await Programs.run(
                    Programs.gatehouse,
                    TestGate.serveArguments(folder) + [
                        "--tls-certificate", "\(files)/\(certificate)", "--tls-key",
                        "\(files)/\(key)",
                    ],
                    workingFolder: folder.path
                )
                #expect(outcome.status == 78)
                #expect(outcome.errors.contains(words), "\(outcome.errors)")
            }
        }
    }

    @Test func `the environment names the pair too, and half of it is refused`() async throws {
        try await TestFolder.with { folder in
            #expect(try await makeCertificate(folder).status == 0)
            let certificate = ["TLS_CERTIFICATE": "\(folder.path)/tls/certificate.pem"]
            let refused = try await Programs.run(
                Programs.gatehouse,
                TestGate.serveArguments(folder),
                environment: certificate,
                workingFolder: folder.path
            )
            #expect(refused.status == 78)
            let pair = certificate.merging(["TLS_KEY": "\(folder.path)/tls/key.pem"]) { $1 }
            try await TestGate.with(folder, environment: pair) { gate in
                let outcome = try await curl(gate, folder, "/health", [])
                #expect(outcome.output.hasSuffix("ok"))
            }
        }
    }

    @Test func `files that are there are replaced only by force`() async throws {
        try await TestFolder.with { folder in
            #expect(try await makeCertificate(folder).status == 0)
            let key = try folder.read("tls/key.pem")
            #expect(try await makeCertificate(folder).status == 73)
            #expect(try folder.read("tls/key.pem") == key)
            #expect(try await makeCertificate(folder, options: ["--force"]).status == 0)
            #expect(try folder.read("tls/key.pem") != key)
            #expect(try await makeCertificate(folder, "a b", options: ["--force"]).status == 64)
        }
    }
}
