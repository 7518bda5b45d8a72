import Foundation
import Testing

/// Every fault at the start is one sentence that names the thing, and the right exit status.
@Suite struct BadInputTests {
    @Test func `a port in use is named`() async throws {
        try await TestFolder.with { folder in
            let (descriptor, address) = try FreePort.listener(port: 0)
            defer { close(descriptor) }
            let port = UInt16(bigEndian: address.sin_port)
            let outcome = try await serve(folder, ["--port", "\(port)"])
            expect(outcome, status: 69, naming: "\(port)")
        }
    }

    @Test func `a store that is no store is refused and left alone`() async throws {
        try await TestFolder.with { folder in
            let text = String(repeating: "this is not a database\n", count: 100)
            try folder.write(text, to: "gatehouse.sqlite")
            let outcome = try await serve(folder)
            expect(outcome, status: 65, naming: "gatehouse.sqlite")
            let after = try String(
                contentsOfFile: "\(folder.path)/gatehouse.sqlite",
                encoding: .utf8
            )
            #expect(after == text)
        }
    }

    @Test func `a store that another gate serves from is refused`() async throws {
        try await TestFolder.with { folder in
            try await TestGate.with(folder) { gate in
                let outcome = try await serve(folder, ["--socket", "\(folder.path)/other.sock"])
                expect(outcome, status: 75, naming: "gatehouse.sqlite")
            }
        }
    }

    @Test func `a socket that another gate holds is refused`() async throws {
        try await TestFolder.with { folder in
            try await TestGate.with(folder) { gate in
                let outcome = try await serve(folder, ["--store", "\(folder.path)/other.sqlite"])
                expect(outcome, status: 69, naming: "admin.sock")
            }
        }
    }

    @Test(arguments: [
        ("HTTP_AUTH_ENABLED", "maybe", "HTTP_AUTH_ENABLED"),
        ("MAX_REQUESTS_PER_MINUTE", "0", "MAX_REQUESTS_PER_MINUTE"),
        ("MAX_REQUESTS_PER_MINUTE", "sixty", "sixty"),
        ("MAX_PAYLOAD_SIZE", "-1", "MAX_PAYLOAD_SIZE"),
        ("HTTP_IP_WHITELIST", "10.0.0.0/33", "10.0.0.0/33"),
        ("HTTP_IP_WHITELIST", "10.0.0.0/8,010.1.1.1", "010.1.1.1"),
        ("HTTP_AUTH_METHOD", "basic", "HTTP_AUTH_METHOD"),
        ("SERVER_PORT", "70000", "SERVER_PORT"),
        ("ENABLE_DEBUG_MESSAGES", "2", "ENABLE_DEBUG_MESSAGES"),
    ])
    func `a value that cannot be read stops the start`(
        name: String,
        value: String,
        word: String
    ) async throws {
        try await TestFolder.with { folder in
            let outcome = try await serve(folder, environment: [name: value])
            expect(outcome, status: 78, naming: word)
            #expect(!folder.has("gatehouse.sqlite"), "nothing is made before the values are read")
        }
    }

    @Test func `a bad key in the environment is not repeated`() async throws {
        try await TestFolder.with { folder in
            let outcome = try await serve(folder, environment: ["HTTP_API_KEY": "short-secret"])
            expect(outcome, status: 78, naming: "HTTP_API_KEY")
            #expect(!outcome.errors.contains("short-secret"))
        }
    }

    @Test func `a command and an address behind one gate are refused in words`() async throws {
        let outcome = try await Programs.run(
            Programs.gatehouse,
            ["serve", "--upstream", "http://127.0.0.1:9/mcp", "--", "python3", "server.py"]
        )
        expect(outcome, status: 64, naming: "--upstream")
    }

    @Test func `a gate that is not there is named with the way to start one`() async throws {
        try await TestFolder.with { folder in
            let socket = "\(folder.path)/none.sock"
            let outcome = try await Programs.run(
                Programs.gatehouse,
                ["status", "--socket", socket]
            )
            expect(outcome, status: 69, naming: socket)
            #expect(outcome.errors.contains("gatehouse serve"))
        }
    }

    @Test func `a console without a terminal says so`() async throws {
        let outcome = try await Programs.run(Programs.gatehouse, ["console"])
        expect(outcome, status: 69, naming: "terminal")
    }

    private func serve(
        _ folder: TestFolder,
        _ arguments: [String] = [],
        environment: [String: String] = [:]
    ) async throws -> Programs.Outcome {
        try await Programs.run(
            Programs.gatehouse,
            TestGate.serveArguments(folder) + arguments,
            environment: environment,
            workingFolder: folder.path
        )
    }

    private func expect(
        _ outcome: Programs.Outcome,
        status: Int32,
        naming word: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let errors = outcome.errors
        #expect(outcome.status == status, "\(errors)", sourceLocation: sourceLocation)
        #expect(errors.contains(word), "\(errors)", sourceLocation: sourceLocation)
        #expect(!errors.contains("Fatal error"), "\(errors)", sourceLocation: sourceLocation)
    }
}
