import Foundation
import Testing

/// Passwords and client certificates, shown by curl to a running gate.
@Suite(.serialized, .timeLimit(.minutes(3))) struct CredentialTests {
    // MARK: Passwords

    private static let challenges = [
        #"Bearer realm="gatehouse""#, #"Basic realm="gatehouse", charset="UTF-8""#,
    ]

    @Test func `a password is asked for as soon as somebody has one`() async throws {
        try await TestFolder.with { folder in
            try await TestGate.with(folder) { gate in
                #expect(try await gate.ask([]).challenges == Array(Self.challenges.prefix(1)))
                let password = try await Self.password(of: "ana", at: gate)
                #expect(try await gate.ask([]).challenges == Self.challenges)
                #expect(try await gate.ask(["--user", "ana:\(password)"]).status == 200)
                for user in ["ana:\(password)x", "ana:", "Ana:\(password)", "bo:\(password)"] {
                    let answer = try await gate.ask(["--user", user])
                    #expect(answer.status == 401, "\(answer)")
                    #expect(answer.reason == "credentials_invalid")
                    #expect(answer.challenges == Self.challenges)
                }
                #expect(try await gate.command("keys", "revoke", "ana", "--yes").status == 0)
                #expect(try await gate.ask(["--user", "ana:\(password)"]).status == 401)
            }
        }
    }

    @Test func `a user calls again and again on one connection`() async throws {
        try await TestFolder.with { folder in
            try await TestGate.with(folder) { gate in
                let password = try await Self.password(of: "ana", at: gate)
                let each = ["--output", "/dev/null"]
                let answers = try await gate.ask(
                    ["--user", "ana:\(password)", "--write-out", "%{http_code} %{num_connects},"]
                        + each + (1...20).flatMap { _ in each + [gate.url] }
                )
                let expected = ["200 1"] + Array(repeating: "200 0", count: 20)
                #expect(answers.output == expected.map { $0 + "," }.joined())
            }
        }
    }

    private static func password(of user: String, at gate: TestGate) async throws -> String {
        let made = try await gate.command(
            "keys",
            "create",
            user,
            "--scheme",
            "basic",
            "--user",
            user
        )
        #expect(made.status == 0, "\(made.errors)")
        return made.output.trimmingCharacters(in: .newlines)
    }

    // MARK: Client certificates

    /// The files that openssl made in a folder: authorities and the certificates they signed.
    private struct Authority {
        let folder: TestFolder
        let name: String

        var certificate: String { "\(folder.path)/\(name).pem" }

        init(_ name: String, in folder: TestFolder) async throws {
            self.folder = folder
            self.name = name
            try await openssl(
                Self.request(name, in: folder) + [
                    "-x509", "-days", "2", "-subj", "/CN=Clients", "-out", certificate,
                ]
            )
        }

        /// - Returns: What curl shows it with.
        func sign(_ holder: String, subject: String, names: String) async throws -> [String] {
            let request = "\(folder.path)/\(holder).csr"
            let signed = "\(folder.path)/\(holder).pem"
            try folder.write("subjectAltName=\(names)\n", to: "\(holder).ext")
            try await openssl(
                Self.request(holder, in: folder) + ["-subj", subject, "-out", request]
            )
            try await openssl(
                [
                    "x509", "-req", "-in", request, "-CA", certificate, "-CAkey",
                    "\(folder.path)/\(name).key", "-CAcreateserial", "-days", "2", "-extfile",
                    "\(folder.path)/\(holder).ext", "-out", signed,
                ]
            )
            return ["--cert", signed, "--key", "\(folder.path)/\(holder).key"]
        }

        private static func request(_ name: String, in folder: TestFolder) -> [String] {
            [
                "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
                "\(folder.path)/\(name).key",
            ]
        }

        private func openssl(_ arguments: [String]) async throws {
            let outcome = try await Programs.run("openssl", arguments)
            guard outcome.status == 0 else { throw PeerFailure(words: outcome.errors) }
        }
    }

    /// Runs `body` with a gate on TLS that asks for certificates of `clients`.
    private func withGate(
        _ body: @escaping @Sendable (TestGate, TestFolder, Authority) async throws -> Void
    ) async throws {
        try await TestFolder.with { folder in
            let made = try await Programs.run(
                Programs.gatehouse,
                ["cert", "self-signed", "--name", "127.0.0.1", "--out", "\(folder.path)/tls"]
            )
            #expect(made.status == 0, "\(made.errors)")
            let clients = try await Authority("clients", in: folder)
            let arguments = [
                "--tls-certificate", "\(folder.path)/tls/certificate.pem",
                "--tls-key", "\(folder.path)/tls/key.pem",
                "--tls-client-ca", clients.certificate,
            ]
            try await TestGate.with(folder, arguments: arguments) { gate in
                try await body(gate, folder, clients)
            }
        }
    }

    private func ask(
        _ gate: TestGate,
        tool: String? = nil,
        _ options: [String]
    ) async throws -> ChallengedAnswer {
        let trust = ["--cacert", "\(gate.folder.path)/tls/certificate.pem"]
        return try await gate.ask(tool: tool, scheme: "https", trust + options)
    }

    @Test func `a certificate stands for its principal, and opens what that one may`()
        async throws
    {
        try await withGate { gate, _, clients in
            let agent = try await clients.sign(
                "agent",
                subject: "/CN=agent seven",
                names: "DNS:seven.agents.test,URI:spiffe://agents.test/seven"
            )
            #expect(try await ask(gate, agent).status == 401)
            for subject in ["CN=agent seven", "DNS:seven.agents.test"] {
                let added = try await gate.command(
                    "auth",
                    "certificates",
                    "add",
                    "seven",
                    "--subject",
                    subject,
                    "--tools",
                    "get_server_time"
                )
                #expect(added.status == 0, "\(added.errors)")
                for version in ["--http1.1", "--http2"] {
                    let list = try await ask(gate, agent + [version])
                    #expect(list.toolNames == ["get_server_time"], "\(list)")
                }
                let called = try await ask(gate, tool: "get_server_time", agent)
                #expect(called.status == 200, "\(called)")
                let forbidden = try await ask(gate, tool: "list_security_events", agent)
                #expect(forbidden.reason == "tool_unknown", "\(forbidden)")
                #expect(
                    try await gate.command("auth", "certificates", "remove", subject).status == 0
                )
                #expect(try await ask(gate, agent).status == 401)
            }
        }
    }

    @Test func `no other certificate stands for anybody`() async throws {
        try await withGate { gate, folder, clients in
            _ = try await gate.command(
                "auth",
                "certificates",
                "add",
                "seven",
                "--subject",
                "CN=agent seven"
            )
            let stranger = try await clients.sign(
                "stranger",
                subject: "/CN=agent sevens",
                names: "DNS:CN=agent seven,email:agent@seven.test"
            )
            let answer = try await ask(gate, stranger)
            #expect(answer.status == 401, "\(answer)")
            let thieves = try await Authority("thieves", in: folder)
            let thief = try await thieves.sign(
                "thief",
                subject: "/CN=agent seven",
                names: "DNS:seven.agents.test"
            )
            #expect(try await ask(gate, thief).status == 0, "no answer at all")
            let nobody = try await ask(gate, [])
            #expect(nobody.status == 401)
            #expect(nobody.challenges == Array(Self.challenges.prefix(1)))
        }
    }

    @Test func `what is shown besides a certificate counts instead of it`() async throws {
        try await withGate { gate, _, clients in
            _ = try await gate.command(
                "auth",
                "certificates",
                "add",
                "seven",
                "--subject",
                "CN=agent seven",
                "--tools",
                "get_server_time"
            )
            let agent = try await clients.sign(
                "agent",
                subject: "/CN=agent seven",
                names: "DNS:seven.agents.test"
            )
            let key = ["-H", "X-API-Key: \(TestGate.key)"]
            #expect(try await ask(gate, agent + key).toolNames.count == 5)
            let guess = ["-H", "X-API-Key: 0123abcd4567efab89cd0123ef456789"]
            #expect(try await ask(gate, agent + guess).status == 401)
        }
    }
}
