import Foundation
import Testing

/// The demo, with a terminal and without one.
@Suite(.serialized) struct DemoTests {
    @Test func `without a terminal it prints a line a second and ends by itself`() async throws {
        try await TestFolder.with { folder in
            let outcome = try await Programs.run(
                Programs.gatehouse,
                ["demo", "--for", "3s"],
                environment: ["TMPDIR": folder.path]
            )
            #expect(outcome.status == 0, "\(outcome.errors)")
            let line =
                #/(\S+)Z  rev (\d+)  (\d+) req\/s  (\d+) denied\/s .*  (\d+) clients .* auth failures/#
            let lines = outcome.output.split(separator: "\n")
            let facts = lines.compactMap { $0.wholeMatch(of: line) }
            #expect(facts.count == lines.count, "\(outcome.output)")
            #expect((2...4).contains(facts.count), "\(outcome.output)")
            #expect(facts.map(\.1) == facts.map(\.1).sorted())
            #expect(facts.contains { Int($0.3) ?? 0 > 0 && Int($0.5) ?? 0 >= 8 })
            #expect(try folder.names() == [])
        }
    }

    @Test func `on a terminal it opens the console with live numbers`() async throws {
        try await TestFolder.with { folder in
            let environment = ["TMPDIR": folder.path]
            let command = #"gatehouse demo; echo "ended with $?""#
            try await Tmux.with(command, environment: environment) { tmux in
                try await tmux.wait(until: "a rate above 0") {
                    $0.contains("● live") && $0.contains(#/req +[1-9]\d*\/s/#)
                }
                try await tmux.wait(for: "127.0.10.")
                try await tmux.press("q")
                try await tmux.wait(for: "ended with 0")
                #expect(try await tmux.modes() == .ofShell)
                #expect(try folder.names() == [])
            }
        }
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func `a signal ends it without leaving anything`(signal: Int32) async throws {
        try await TestFolder.with { folder in
            let command = "gatehouse demo & echo $! >pid; wait $!; echo \"ended with $?\""
            let environment = ["TMPDIR": folder.path]
            let script = "cd \(folder.path); exec >out 2>&1; set -m; \(command)"
            async let outcome = Programs.run(
                "/bin/sh",
                ["-c", script],
                environment: environment.merging(["PATH": Programs.searchPath]) { $1 }
            )
            #expect(try await eventually { (try? folder.read("out").contains("req/s")) == true })
            let text = try folder.read("pid").trimmingCharacters(in: .newlines)
            kill(try #require(pid_t(text)), signal)
            _ = try await outcome
            #expect(try folder.read("out").hasSuffix("ended with 0\n"))
            #expect(try folder.names().sorted() == ["out", "pid"])
        }
    }
}
