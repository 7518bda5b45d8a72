import Foundation
import Subprocess
import SystemPackage
import Testing

/// Whatever README.md tells people to type works as it is written.
@Suite(.serialized) struct ReadmeTests {
    @Test func `the two commands are one line each and name all they need`() throws {
        let readme = try Readme()
        let demo = try #require(readme.commands(below: "demo"))
        #expect(demo.count == 1)
        #expect(demo[0].hasSuffix("&& swift run gatehouse demo"))
        #expect(packages(in: demo[0]) == ["libncurses-dev", "libsqlite3-dev"])

        let test = try #require(readme.commands(below: "test"))
        #expect(test.count == 1)
        #expect(test[0].hasSuffix("&& swift test --no-parallel"))
        #expect(test[0].contains("-m venv .build/peers "))
        #expect(test[0].contains(".build/peers/bin/pip install -q mcp==2.3.0 "))
        let peers: Set<String> = [
            "tmux", "nginx-light", "haproxy", "curl", "openssl", "python3-venv",
        ]
        #expect(packages(in: test[0]) == peers.union(packages(in: demo[0])))
    }

    @Test func `the release build names a product and flags that exist`() throws {
        let build =
            "swift build -c release --static-swift-stdlib "
            + "-Xswiftc -enforce-exclusivity=unchecked --product gatehouse"
        #expect(try Readme().commands.filter { $0.hasPrefix("swift build") } == [build])
        let manifest = Programs.packageRoot.appending(path: "Package.swift")
        let text = try String(contentsOf: manifest, encoding: .utf8)
        #expect(text.contains(#".executable(name: "gatehouse""#))
    }

    @Test func `every other command succeeds, in the order of the page`() async throws {
        let readme = try Readme()
        let commands = readme.commands.filter { command in
            !command.contains("apt-get") && !command.hasPrefix("swift ")
                && !command.hasPrefix("gatehouse bench")
        }
        let serve = try #require(commands.first)
        #expect(serve.hasPrefix("gatehouse serve --upstream "))
        #expect(commands.count > 20)
        try await whileRunning(serve) { shell in
            for command in commands.dropFirst() {
                switch command {
                case "gatehouse console": try await shell.watch(command)
                case "gatehouse events --follow": try await shell.follow(command)
                default: try await shell.run(command)
                }
            }
        }
    }

    @Test func `every command of the program is mentioned, and no other`() async throws {
        let text = try Readme().text
        let named = Set(text.matches(of: #/gatehouse ([a-z]+)/#).map { String($0.1) })
        let help = try await Programs.run(Programs.gatehouse, ["--help"]).output
        let offered = Set(help.matches(of: #/\n  ([a-z]+)(?: |\n)/#).map { String($0.1) })
        #expect(offered.count > 10)
        #expect(offered.subtracting(named).isEmpty)
    }

    @Test func `every variable that seeds the policy is in the table, and no other`() throws {
        let seed = Programs.packageRoot
            .appending(path: "Sources/Policy/Seeding/EnvironmentSeed.swift")
        let source = try String(contentsOf: seed, encoding: .utf8)
        let list = try #require(source.firstMatch(of: #/names = \[([^\]]*)\]/#)?.1)
        let names = Set(list.matches(of: #/"([A-Z_]+)"/#).map { String($0.1) })
        let rows = try Readme().text.split(separator: "\n").filter { $0.hasPrefix("| `") }
        let told = Set(
            rows.flatMap { row in
                row.split(separator: "|")[0].matches(of: #/`([A-Z_]{3,})`/#).map { String($0.1) }
            }
        )
        #expect(names.count > 15)
        #expect(names.subtracting(told).isEmpty)
        #expect(
            told.subtracting(names).allSatisfy {
                $0.hasPrefix("TLS_") || $0.hasPrefix("GATEHOUSE_")
            }
        )
    }

    private func packages(in command: String) -> Set<String> {
        let words = command.split(separator: " ").drop { $0 != "install" }.dropFirst()
        return Set(words.prefix { $0 != "&&" && $0 != ">/dev/null" }.map(String.init))
            .filter { !$0.hasPrefix("-") }
    }

    /// Runs the page's `serve` with a folder of its own, and `body` beside it.
    private func whileRunning(
        _ serve: String,
        _ body: @escaping @Sendable (ReadmeShell) async throws -> Void
    ) async throws {
        try await TestFolder.with { folder in
            let shell = ReadmeShell(folder: folder, port: try FreePort.any())
            let outcome = try await Subprocess.run(
                .path("/bin/sh"),
                arguments: ["-c", "exec \(serve)"],
                environment: Programs.inherited(updating: shell.environment),
                workingDirectory: .init(folder.path),
                platformOptions: Programs.gentle,
                input: .none,
                output: .discarded,
                error: .discarded
            ) { execution in
                #expect(try await eventually { FreePort.isTaken(shell.port) })
                #expect(try await eventually { folder.has("admin.sock") })
                try await body(shell)
                try execution.send(signal: .terminate)
            }
            #expect(outcome.terminationStatus.number == 0)
        }
    }
}

/// The shell of somebody who follows the page.
private struct ReadmeShell: Sendable {
    let folder: TestFolder
    let port: Int

    var environment: [String: String?] {
        [
            "PATH": Programs.searchPath,
            "SERVER_PORT": "\(port)",
            "GATEHOUSE_SOCKET": "\(folder.path)/admin.sock",
            "GATEHOUSE_STORE": "\(folder.path)/gatehouse.sqlite",
        ]
    }

    func run(_ command: String) async throws {
        let outcome = try await Programs.run("/bin/sh", ["-c", command], environment: environment)
        #expect(outcome.status == 0, "\(command): \(outcome.errors)")
        #expect(!outcome.output.isEmpty, "\(command) says nothing")
    }

    /// Opens the console and leaves it.
    func watch(_ command: String) async throws {
        let variables = environment.compactMapValues(\.self).filter { $0.key != "PATH" }
        try await Tmux.with("\(command); echo \"ended with $?\"", environment: variables) { tmux in
            try await tmux.wait(for: "● live")
            try await tmux.press("q")
            try await tmux.wait(for: "ended with 0")
        }
    }

    /// Follows events until one comes that was caused afterwards.
    func follow(_ command: String) async throws {
        let outcome = try await Subprocess.run(
            .path("/bin/sh"),
            arguments: ["-c", "exec \(command)"],
            environment: Programs.inherited(updating: environment),
            platformOptions: Programs.gentle,
            input: .none,
            output: .sequence,
            error: .discarded
        ) { execution in
            _ = try await Programs.run("curl", ["-s", "http://127.0.0.1:\(port)/mcp", "-d", "{}"])
            for try await line in execution.standardOutput.strings()
            where line.contains("credentials_missing") {
                try execution.send(signal: .terminate)
                return true
            }
            return false
        }
        #expect(outcome.closureResult, "\(command) showed no event")
    }
}

/// README.md, read as a list of commands.
private struct Readme {
    let text: String
    /// The lines of all ```sh blocks.
    private(set) var commands: [String] = []
    private var commandsByMarker: [String: [String]] = [:]

    init() throws {
        let file = Programs.packageRoot.appending(path: "README.md")
        text = try String(contentsOf: file, encoding: .utf8)
        var marker: String?
        var isInside = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            if isInside, line == "```" {
                isInside = false
                marker = nil
            } else if isInside {
                commands.append(line)
                if let marker { commandsByMarker[marker, default: []].append(line) }
            } else if line == "```sh" {
                isInside = true
            } else if let name = line.wholeMatch(of: #/<!-- (\w+) -->/#)?.1 {
                marker = String(name)
            }
        }
    }

    func commands(below marker: String) -> [String]? {
        commandsByMarker[marker]
    }
}
