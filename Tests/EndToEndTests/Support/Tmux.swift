import Foundation
import Testing

/// A program in a real terminal: tmux runs it, types for us and shows us its screen.
struct Tmux: Sendable {
    private let server: String

    /// Starts `command` in a terminal of its own; the server goes away with `body`.
    static func with<Result>(
        _ command: String,
        columns: Int = 80,
        rows: Int = 24,
        environment: [String: String] = [:],
        _ body: (Tmux) async throws -> Result
    ) async throws -> Result {
        let tmux = Tmux(server: "gh-\(UUID().uuidString.prefix(8))")
        let variables = environment.flatMap { ["-e", "\($0.key)=\($0.value)"] }
        _ = try await tmux.run(
            ["new-session", "-d", "-x", "\(columns)", "-y", "\(rows)"] + variables
                + ["/bin/sh"]
        )
        _ = try await tmux.run(["set-option", "-g", "remain-on-exit", "on"])
        do {
            try await tmux.type("PS1='shell> '; clear; \(command)\n")
            let result = try await body(tmux)
            _ = try await tmux.run(["kill-server"])
            return result
        } catch {
            _ = try? await tmux.run(["kill-server"])
            throw error
        }
    }

    /// Types text as it is; a line feed is the Enter key.
    func type(_ text: String) async throws {
        for part in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if part.offset > 0 { try await press("Enter") }
            guard !part.element.isEmpty else { continue }
            _ = try await run(["send-keys", "-l", "--", String(part.element)])
        }
    }

    /// Presses a key by its tmux name: `Escape`, `Tab`, `C-z`, `Down` and so on.
    func press(_ key: String) async throws {
        _ = try await run(["send-keys", key])
    }

    func resize(columns: Int, rows: Int) async throws {
        _ = try await run(["resize-window", "-x", "\(columns)", "-y", "\(rows)"])
    }

    func screen() async throws -> String {
        try await run(["capture-pane", "-p"]).output
    }

    /// The screen once it holds `text`.
    ///
    /// - Throws: `ScreenFailure` with the screen as it is when it never does.
    @discardableResult
    func wait(
        for text: String,
        within seconds: Double = 15,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> String {
        var last = ""
        let isThere = try await eventually(within: seconds) {
            last = try await screen()
            return last.contains(text)
        }
        guard isThere else {
            Issue.record("no «\(text)» on the screen:\n\(last)", sourceLocation: sourceLocation)
            throw ScreenFailure()
        }
        return last
    }

    struct ScreenFailure: Error {}

    private func run(_ arguments: [String]) async throws -> Programs.Outcome {
        try await Programs.run("tmux", ["-L", server, "-f", "/dev/null"] + arguments)
    }
}
