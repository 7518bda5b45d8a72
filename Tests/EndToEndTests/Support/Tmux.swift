import Foundation
import Testing

/// A program in a real terminal: tmux runs it, types for us and shows us its screen.
struct Tmux: Sendable {
    /// Longer than a dialog ignores keys after it opened.
    private static let dialogGuard = Duration.milliseconds(400)

    private let server: String

    /// Starts an interactive shell in a terminal of its own and types `command` into it.
    ///
    /// The built `gatehouse` is on the shell's PATH; the terminal goes away with `body`.
    static func with<Result>(
        _ command: String,
        columns: Int = 80,
        rows: Int = 24,
        environment: [String: String] = [:],
        _ body: (Tmux) async throws -> Result
    ) async throws -> Result {
        let tmux = Tmux(server: "gh-\(UUID().uuidString.prefix(8))")
        let values = ["LC_ALL": "C.UTF-8"].merging(environment) { $1 }
        let variables = values.flatMap { ["-e", "\($0.key)=\($0.value)"] }
        let size = ["-x", "\(columns)", "-y", "\(rows)"]
        _ = try await tmux.run(["new-session", "-d"] + size + variables + ["/bin/sh"])
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

    /// Presses keys by their tmux names: `Escape`, `Tab`, `C-z`, `Down` and so on.
    func press(_ keys: String...) async throws {
        _ = try await run(["send-keys"] + keys)
    }

    func resize(columns: Int, rows: Int) async throws {
        _ = try await run(["resize-window", "-x", "\(columns)", "-y", "\(rows)"])
    }

    func screen() async throws -> String {
        try await run(["capture-pane", "-p"]).output
    }

    /// Whether a full-screen program holds the terminal, and whether the cursor can be seen.
    func modes() async throws -> Modes {
        let format = "#{alternate_on} #{cursor_flag}"
        let words = try await run(["display-message", "-p", format]).output.split(
            whereSeparator: \.isWhitespace
        )
        return Modes(isAlternateScreen: words.first == "1", isCursorVisible: words.last == "1")
    }

    struct Modes: Equatable {
        var isAlternateScreen: Bool
        var isCursorVisible: Bool

        static let ofShell = Modes(isAlternateScreen: false, isCursorVisible: true)
    }

    /// The screen once it holds `text`.
    ///
    /// - Throws: `ScreenFailure` with the screen as it is when it never does.
    @discardableResult
    func wait(
        for text: String,
        within seconds: Double = 20,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> String {
        try await wait(until: "«\(text)»", within: seconds, sourceLocation: sourceLocation) {
            $0.contains(text)
        }
    }

    /// The screen once `isRight` is true of it; `words` say what that is.
    @discardableResult
    func wait(
        until words: String,
        within seconds: Double = 20,
        sourceLocation: SourceLocation = #_sourceLocation,
        _ isRight: (String) -> Bool
    ) async throws -> String {
        var last = ""
        let isThere = try await eventually(within: seconds) {
            last = try await screen()
            return isRight(last)
        }
        guard isThere else {
            Issue.record("no \(words) on the screen:\n\(last)", sourceLocation: sourceLocation)
            throw ScreenFailure()
        }
        return last
    }

    struct ScreenFailure: Error {}

    private func run(_ arguments: [String]) async throws -> Programs.Outcome {
        // tmux gives the shell the PATH of whoever started the session.
        try await Programs.run(
            "tmux",
            ["-L", server, "-f", "/dev/null"] + arguments,
            environment: ["PATH": Programs.searchPath]
        )
    }
}

/// What an operator does in the console.
extension Tmux {
    /// Presses a key that opens a dialog and waits until the dialog takes keys.
    @discardableResult
    func open(
        _ key: String,
        showing title: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> String {
        try await press(key)
        return try await waitForDialog(title, sourceLocation: sourceLocation)
    }

    /// The screen once a dialog stands and takes keys.
    func waitForDialog(
        _ title: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> String {
        try await wait(for: title, sourceLocation: sourceLocation)
        try await Task.sleep(for: Self.dialogGuard)
        return try await screen()
    }

    /// From a filled-in form, or a key that needs none, over the review to the commit.
    ///
    /// - Returns: The review as the operator saw it.
    @discardableResult
    func commit(
        pressing key: String = "Enter",
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> String {
        try await press(key)
        let review = try await wait(until: "a review", sourceLocation: sourceLocation) {
            $0.contains("[>Cancel<]") && !$0.contains("Asking the server")
        }
        try await Task.sleep(for: Self.dialogGuard)
        try await press("Tab")
        try await wait(for: "[>Commit<]", sourceLocation: sourceLocation)
        try await press("Enter")
        return review
    }

    /// Goes to a view, leaves only the rows that hold `text` and selects the first of them.
    func show(_ view: String, filter text: String) async throws {
        try await type(view)
        try await wait(for: "[\(view)]")
        try await type("/\(text)\n")
        try await wait(until: "a row of \(text)") { screen in
            screen.split(separator: "\n").contains { $0.contains(text) && !$0.contains("/\(text)") }
        }
        try await type("g")
    }
}
