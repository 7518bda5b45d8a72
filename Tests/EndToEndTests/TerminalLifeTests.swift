import Foundation
import Testing

/// The console leaves every terminal as it found it, whatever happens to either.
@Suite(.serialized) struct TerminalLifeTests {
    /// `TERM` and what a terminal session brings; the test's own values are kept out.
    private static let environment = ["TERM": "xterm-256color", "LC_ALL": "C.UTF-8"]

    @Test func `q ends with 0 and gives the terminal back`() async throws {
        try await aroundTheConsole { tmux, _ in
            try await tmux.wait(for: "● live")
            #expect(try await tmux.modes().isAlternateScreen)
            try await tmux.press("q")
        }
    }

    @Test(arguments: [SIGTERM, SIGHUP, SIGINT, SIGQUIT])
    func `a signal ends it and gives the terminal back`(signal: Int32) async throws {
        try await aroundTheConsole { tmux, processID in
            try await tmux.wait(for: "● live")
            kill(try processID(), signal)
        }
    }

    @Test func `resizing to one cell and back shows the screen again`() async throws {
        try await atTheConsole { tmux in
            try await tmux.resize(columns: 20, rows: 5)
            let small = try await tmux.wait(until: "one line") {
                !$0.contains("[1]Over") && !$0.contains("Latency")
            }
            #expect(small.contains("live"))
            try await tmux.resize(columns: 1, rows: 1)
            try await tmux.resize(columns: 80, rows: 24)
            let large = try await tmux.wait(for: "[1]Over")
            let rows = large.split(separator: "\n", omittingEmptySubsequences: false)
            #expect(rows[0].contains("● live"))
            #expect(rows[23].contains("q quit"))
        }
    }

    @Test func `control-Z gives the shell back, fg the console`() async throws {
        try await atTheConsole { tmux in
            try await tmux.press("C-z")
            try await tmux.wait(for: "Stopped")
            #expect(try await tmux.modes() == .ofShell)
            try await tmux.type("echo typed to the shell\n")
            try await tmux.wait(until: "the shell's answer") {
                $0.split(separator: "\n").contains("typed to the shell")
            }
            try await tmux.type("fg\n")
            try await tmux.wait(for: "[1]Over")
            #expect(try await tmux.modes().isAlternateScreen)
            try await tmux.type("2")
            try await tmux.wait(for: "[2]Clients")
        }
    }

    @Test(arguments: ["", "trap '' HUP; "])
    func `a terminal that is closed ends the console at once`(trap: String) async throws {
        try await TestFolder.with { folder in
            var terminal: RecordedTerminal? = try record(folder, before: trap)
            try await terminal?.wait(for: "connecting")
            let processID = try #require(terminal).processID
            terminal = nil
            var status: Int32 = 0
            var usage = rusage()
            let hasEnded = try await eventually(within: 5) {
                wait4(processID, &status, WNOHANG, &usage) == processID
            }
            #expect(hasEnded)
            #expect(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec < 1)
            if !hasEnded {
                kill(processID, SIGKILL)
                waitpid(processID, &status, 0)
            }
        }
    }

    @Test(arguments: [
        ("dumb", "cannot place its cursor"), ("no-such-terminal", "no description"),
        (nil, "TERM is not set"),
    ])
    func `a terminal that can show no screen is refused in one sentence`(
        term: String?,
        words: String
    ) async throws {
        var environment = Self.environment
        environment["TERM"] = term
        let terminal = try RecordedTerminal("exec gatehouse console", environment: environment)
        #expect(try await terminal.end() == 69)
        #expect(terminal.text.hasPrefix("gatehouse: "))
        #expect(terminal.text.contains(words))
        #expect(terminal.text.split(separator: "\r\n").count == 1)
        #expect(!terminal.output.contains(0x1B))
    }

    @Test(arguments: ["vt100", "linux", "xterm", "tmux-256color"])
    func `a terminal gets no more colours than its description has`(term: String) async throws {
        try await TestFolder.with { folder in
            let bytes = try await screen(in: folder, ["TERM": term, "COLORTERM": "truecolor"])
            let codes = colors(in: bytes)
            let rich = codes.contains { $0.contains("38;5") || $0.contains("38;2") }
            switch term {
            case "vt100": #expect(codes.isEmpty)
            case "tmux-256color": #expect(!codes.isEmpty)
            default: #expect(!codes.isEmpty && !rich, "\(codes.prefix(5))")
            }
        }
    }

    @Test func `the Linux console gets ASCII, whose font has no other signs of ours`() async throws
    {
        try await TestFolder.with { folder in
            let bytes = try await screen(in: folder, ["TERM": "linux"])
            #expect(bytes.allSatisfy { $0 < 0x80 })
        }
    }

    @Test(arguments: ["0", "1", "yes"])
    func `NO_COLOR of any value but none is obeyed`(value: String) async throws {
        try await TestFolder.with { folder in
            let plain = try await screen(in: folder, ["NO_COLOR": value])
            #expect(colors(in: plain).isEmpty)
        }
    }

    @Test func `an empty NO_COLOR is none`() async throws {
        try await TestFolder.with { folder in
            let coloured = try await screen(in: folder, ["NO_COLOR": ""])
            #expect(!colors(in: coloured).isEmpty)
        }
    }

    @Test func `a terminal that never answers delays nothing, a light one changes the theme`()
        async throws
    {
        try await TestFolder.with { folder in
            try await TestGate.with(folder) { gate in
                let terminal = try record(folder)
                try await terminal.wait(for: "\u{1B}]11;?")
                // Nobody has answered, and the screen stands.
                try await terminal.wait(for: "p99")
                #expect(!terminal.text.contains("Theme terminal-16-light"))
                terminal.type("\u{1B}]11;rgb:ffff/ffff/ffff\u{1B}\\\u{1B}[?62;22c")
                try await terminal.wait(for: "terminal-16-light")
                // No letter of the answer was a key.
                terminal.type("q")
                #expect(try await terminal.end() == 0)
            }
        }
    }

    @Test func `an answer that comes far too late is no key`() async throws {
        try await TestFolder.with { folder in
            try await TestGate.with(folder) { gate in
                let terminal = try record(folder)
                try await terminal.wait(for: "p99")
                try await terminal.read(for: .seconds(3))
                terminal.type("\u{1B}]11;rgb:ffff/ffff/ffff\u{1B}\\\u{1B}[?62;22c")
                try await terminal.read(for: .seconds(1))
                #expect(!terminal.text.contains("terminal-16-light"))
                #expect(kill(terminal.processID, 0) == 0)
                terminal.type("q")
                #expect(try await terminal.end() == 0)
            }
        }
    }

    @Test(arguments: [(UInt16(20), UInt16(5)), (1, 1), (200, 60)])
    func `starts in a terminal of any size`(columns: UInt16, rows: UInt16) async throws {
        try await TestFolder.with { folder in
            try await TestGate.with(folder) { gate in
                let terminal = try RecordedTerminal(
                    "exec gatehouse console --socket \(gate.socket)",
                    environment: Self.environment,
                    columns: columns,
                    rows: rows
                )
                try await terminal.wait(for: "\u{1B}[?1049h")
                try await terminal.read(for: .seconds(1))
                terminal.resize(columns: 80, rows: 24)
                try await terminal.wait(for: "1]Over")
                terminal.type("q")
                #expect(try await terminal.end() == 0)
            }
        }
    }

    @Test func `a storm of resizes ends in the last size, whole and cheap`() async throws {
        try await atTheConsole { tmux in
            for step in 0..<40 {
                try await tmux.resize(columns: 1 + step * 37 % 150, rows: 1 + step * 13 % 50)
            }
            try await tmux.resize(columns: 80, rows: 24)
            try await tmux.wait(for: "[1]Over")
            let screen = try await tmux.wait(until: "the last row") { screen in
                let rows = screen.split(separator: "\n", omittingEmptySubsequences: false)
                return rows.count >= 24 && rows[23].contains("q quit")
            }
            #expect(screen.contains("● live"))
        }
    }

    @Test func `ten thousand keys in one burst, and it still answers`() async throws {
        try await TestFolder.with { folder in
            try await TestGate.with(folder) { gate in
                let terminal = try record(folder)
                try await terminal.wait(for: "p99")
                for _ in 0..<100 {
                    terminal.type(String(repeating: "jk", count: 50))
                    try await terminal.read(for: .milliseconds(20))
                }
                let garbage = "\u{1B}[<0;9;9M\u{1B}[99;99R\u{1B}P1$r\u{1B}\\\u{9B}5n\u{FFFE}"
                terminal.type(garbage)
                try await terminal.read(for: .milliseconds(500))
                terminal.type("2")
                try await terminal.wait(for: "[2]Clients")
                terminal.type("q")
                #expect(try await terminal.end() == 0)
            }
        }
    }

    @Test func `wide, combining and hostile characters keep every column in its place`()
        async throws
    {
        let names = ["日本語の鍵", "e\u{301}a\u{308}\u{200D}x", "👩‍👩‍👧 family", "\u{202E}gnp.exe", "🇩🇪🇫🇷"]
        try await TestFolder.with { folder in
            try await TestGate.with(folder) { gate in
                for name in names {
                    let outcome = try await gate.command("keys", "create", name)
                    #expect(outcome.status == 0 || outcome.errors.contains("name"))
                }
                let console = "gatehouse console --socket \(gate.socket)"
                try await Tmux.with(console, columns: 100) { tmux in
                    try await tmux.wait(for: "● live")
                    try await tmux.type("7")
                    let drawn = try await tmux.wait(for: "日本語の鍵")
                    #expect(!drawn.contains("\u{202E}"))
                    try await tmux.press("C-l")
                    try await Task.sleep(for: .milliseconds(300))
                    // What was painted piece by piece is what a full repaint shows.
                    let again = try await tmux.screen()
                    let rows = [drawn, again].map {
                        $0.split(separator: "\n").dropFirst(2).dropLast(2)
                    }
                    #expect(rows[0].count == rows[1].count)
                }
            }
        }
    }

    @Test func `a terminal that does not read costs nothing and shows the latest frame later`()
        async throws
    {
        try await TestFolder.with { folder in
            try await TestGate.with(folder) { gate in
                let terminal = try record(folder)
                try await terminal.wait(for: "p99")
                let before = try terminal.processorSeconds()
                for step in 0..<30 {
                    terminal.type(step.isMultiple(of: 2) ? "2" : "1")
                    try await Task.sleep(for: .milliseconds(100))
                }
                #expect(try terminal.processorSeconds() - before < 1)
                terminal.type("3")
                try await terminal.wait(for: "[3]Blocked")
                terminal.type("q")
                #expect(try await terminal.end() == 0)
            }
        }
    }

    @Test func `the C locale is painted in ASCII`() async throws {
        try await TestFolder.with { folder in
            let plain = try await screen(in: folder, ["LC_ALL": "C"])
            #expect(plain.allSatisfy { $0 < 0x80 })
            let rich = try await screen(in: folder)
            #expect(rich.contains { $0 >= 0x80 })
        }
    }

    @Test func `NO_COLOR is obeyed`() async throws {
        try await TestFolder.with { folder in
            let plain = try await screen(in: folder, ["NO_COLOR": "1"])
            #expect(colors(in: plain).isEmpty)
            let coloured = try await screen(in: folder)
            #expect(!colors(in: coloured).isEmpty)
        }
    }

    /// Every byte of a console that looks at a live gate for a second.
    private func screen(
        in folder: TestFolder,
        _ extra: [String: String] = [:]
    ) async throws -> [UInt8] {
        try await TestGate.with(folder) { gate in
            let terminal = try record(folder, extra)
            try await terminal.wait(for: "p99")
            try await terminal.read(for: .seconds(1))
            kill(terminal.processID, SIGTERM)
            #expect(try await terminal.end() == 0)
            return terminal.output
        }
    }

    /// SGR sequences that set a colour; attributes such as bold are none.
    private func colors(in bytes: [UInt8]) -> [Substring] {
        String(decoding: bytes, as: UTF8.self).matches(of: #/\e\[([\d;]*)m/#).map(\.1)
            .filter { list in
                list.split(separator: ";").compactMap { Int($0) }.contains { code in
                    (30...38).contains(code) || (40...48).contains(code)
                        || (90...107).contains(code)
                }
            }
    }

    private func record(
        _ folder: TestFolder,
        _ extra: [String: String] = [:],
        before: String = ""
    ) throws -> RecordedTerminal {
        try RecordedTerminal(
            before + "exec gatehouse console --socket \(folder.path)/admin.sock",
            environment: Self.environment.merging(extra) { $1 }
        )
    }

    private func atTheConsole(
        _ body: @escaping @Sendable (Tmux) async throws -> Void
    ) async throws {
        try await TestFolder.with { folder in
            try await TestGate.with(folder) { gate in
                try await Tmux.with("gatehouse console --socket \(gate.socket)") { tmux in
                    try await tmux.wait(for: "● live")
                    try await body(tmux)
                }
            }
        }
    }

    /// Runs a console that `body` ends, and compares the terminal's settings around it.
    private func aroundTheConsole(
        _ body: @escaping @Sendable (Tmux, () throws -> pid_t) async throws -> Void
    ) async throws {
        try await TestFolder.with { folder in
            try await TestGate.with(folder) { gate in
                let console =
                    "sh -c 'echo $$ >pid; exec gatehouse console --socket \(gate.socket)'"
                let command =
                    "cd \(folder.path); stty -a >before; \(console)"
                    + #"; echo "ended with $?"; stty -a >after"#
                try await Tmux.with(command) { tmux in
                    try await body(tmux) {
                        let text = try folder.read("pid")
                        return try #require(pid_t(text.trimmingCharacters(in: .newlines)))
                    }
                    let shell = try await tmux.wait(for: "ended with 0")
                    #expect(!shell.contains("[1]Over"))
                    #expect(try await tmux.modes() == .ofShell)
                    let before = try folder.read("before")
                    let isRestored = try await eventually {
                        (try? folder.read("after")) == before
                    }
                    #expect(isRestored, "before: \(before)")
                }
            }
        }
    }
}
