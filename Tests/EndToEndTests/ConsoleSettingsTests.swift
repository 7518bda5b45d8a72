import Foundation
import Testing

/// The console with an operator's own files.
@Suite(.serialized) struct ConsoleSettingsTests {
    private func withConfiguration(
        _ toml: String?,
        _ body: @escaping @Sendable (TestGate, TestFolder) async throws -> Void
    ) async throws {
        try await TestFolder.with { folder in
            try FileManager.default.createDirectory(
                atPath: "\(folder.path)/gatehouse/themes",
                withIntermediateDirectories: true
            )
            if let toml { try folder.write(toml, to: "gatehouse/console.toml") }
            try await TestGate.with(folder) { gate in try await body(gate, folder) }
        }
    }

    private func console(
        _ gate: TestGate,
        _ options: String = "",
        _ body: (Tmux) async throws -> Void
    ) async throws {
        try await Tmux.with(
            "gatehouse console --socket \(gate.socket) \(options)",
            environment: ["XDG_CONFIG_HOME": gate.folder.path],
            body
        )
    }

    @Test func `the settings file moves keys, and changes how times and numbers are written`()
        async throws
    {
        let toml = """
            time_zone = "Asia/Kolkata"
            numbers = "full"
            [keys]
            settings = "f3"
            """
        try await withConfiguration(toml) { gate, _ in
            try await console(gate) { tmux in
                try await tmux.wait(for: "● live")
                try await tmux.wait(for: "+05:30")
                try await tmux.press("F3")
                let dialog = try await tmux.wait(for: "Settings")
                #expect(dialog.contains("Asia/Kolkata"))
                try await tmux.press("Escape")
            }
        }
    }

    @Test(arguments: [
        ("[keys]\nfreez = \"x\"\n", ":2: unknown action freez; did you mean freeze?"),
        ("theme = \"draclua\"\n", ":1: there is no theme draclua; did you mean dracula?"),
    ])
    func `a wrong settings file is refused in one sentence`(
        toml: String,
        words: String
    )
        async throws
    {
        try await withConfiguration(toml) { gate, folder in
            let outcome = try await Programs.run(
                Programs.gatehouse,
                ["console", "--plain", "--socket", gate.socket],
                environment: ["XDG_CONFIG_HOME": folder.path]
            )
            #expect(outcome.status == 78)
            #expect(outcome.errors.contains("gatehouse/console.toml\(words)"), "\(outcome.errors)")
            #expect(outcome.errors.split(separator: "\n").count == 1)
        }
    }

    @Test func `a theme file that is saved is seen without a restart, a broken one is told`()
        async throws
    {
        let theme = "schema = 1\nname = \"mine\"\ninherits = \"nord\"\n"
        try await withConfiguration(nil) { gate, folder in
            try folder.write(theme, to: "gatehouse/themes/mine.toml")
            try await console(gate, "--theme mine") { tmux in
                try await tmux.wait(for: "● live")
                let changed = theme + "[roles]\nok = { fg = \"#ff00ff\" }\n"
                try folder.write(changed, to: "gatehouse/themes/mine.toml")
                try await tmux.wait(for: "Theme mine.")
                try folder.write(theme + "colour = 1\n", to: "gatehouse/themes/mine.toml")
                try await tmux.wait(for: "unknown key colour")
                #expect(try await tmux.screen().contains("● live"))
            }
        }
    }

    @Test func `what is chosen in the settings is written and read again`() async throws {
        try await withConfiguration("# mine\nmouse = false\n") { gate, folder in
            try await console(gate) { tmux in
                try await tmux.wait(for: "● live")
                try await tmux.type("o")
                try await tmux.wait(for: "Settings")
                try await tmux.press("Down", "Down", "Right")
                try await tmux.wait(for: "12345")
                try await tmux.type("w")
                try await tmux.wait(for: "The settings are in")
            }
            let text = try folder.read("gatehouse/console.toml")
            #expect(text.hasPrefix("# mine\nmouse = false\n"))
            #expect(text.contains("numbers = \"full\""))
            try await console(gate) { tmux in
                try await tmux.wait(for: "● live")
                try await tmux.type("o")
                try await tmux.wait(for: "12345")
            }
        }
    }

    @Test func `export writes what is seen for its owner only, and never over another file`()
        async throws
    {
        try await withConfiguration(nil) { gate, folder in
            _ = try await gate.call()
            try await console(gate) { tmux in
                try await tmux.type("2")
                try await tmux.wait(for: "127.0.0.1 ")
                let path = "\(folder.path)/clients.csv"
                try await tmux.type(":export \(path)\n")
                try await tmux.wait(for: "1 rows are in")
                #expect(try folder.read("clients.csv").contains("127.0.0.1,"))
                let mode = try FileManager.default.attributesOfItem(atPath: path)
                #expect(mode[.posixPermissions] as? Int == 0o600)
                try await tmux.type(":export \(path)\n")
                try await tmux.wait(for: "is there already")
            }
        }
    }

    @Test func `plain prints lines without escapes, and ends when nobody reads`() async throws {
        try await withConfiguration(nil) { gate, folder in
            _ = try await gate.call()
            let outcome = try await Programs.run(
                "/bin/sh",
                [
                    "-c",
                    "\"$0\" console --plain --socket \"$1\" | head -n 2; echo \"${PIPESTATUS:-done}\"",
                    Programs.gatehouse, gate.socket,
                ],
                environment: ["XDG_CONFIG_HOME": folder.path],
                seconds: 30
            )
            #expect(outcome.output.contains("UTC "))
            #expect(!outcome.output.contains("\u{1B}"))
            #expect(outcome.output.hasSuffix("done\n"))
        }
    }

    @Test func `plain says when the server goes, and ends on SIGTERM`() async throws {
        try await TestFolder.with { folder in
            let terminal = try RecordedTerminal(
                "exec gatehouse console --plain --socket \(folder.path)/nobody.sock",
                environment: ["LC_ALL": "C.UTF-8"]
            )
            try await terminal.wait(for: "connecting to")
            kill(terminal.processID, SIGTERM)
            #expect(try await terminal.end() == 0)
            #expect(!terminal.output.contains(0x1B))
        }
    }

    @Test func `read-only is told in the header and refuses an edit`() async throws {
        try await withConfiguration(nil) { gate, _ in
            try await console(gate, "--readonly") { tmux in
                try await tmux.wait(for: "● live")
                #expect(try await tmux.screen().contains("  RO"))
                try await tmux.type(":allow 10.0.0.0/8\n")
                try await tmux.wait(for: "This console is read-only")
            }
        }
    }
}
