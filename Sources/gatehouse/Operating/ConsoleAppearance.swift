import ArgumentParser
import Foundation
import Terminal

/// How the console looks: the options that `console` and `demo` share.
struct ConsoleAppearance: ParsableArguments {
    @Option(help: "A theme's name (dark, light, monochrome) or the path of a theme file.")
    var theme = "dark"

    /// Takes over the terminal.
    ///
    /// - Throws: `CommandFailure` for a theme that is not there or not valid, `TerminalFailure`
    ///   without a terminal that can show a screen.
    @MainActor
    func openSession() throws -> TerminalSession {
        try TerminalSession(
            theme: try loadTheme(),
            environment: ProcessInfo.processInfo.environment
        )
    }

    private func loadTheme() throws -> Theme {
        if let builtIn = Theme.builtIn(theme) { return builtIn }
        guard let bytes = FileManager.default.contents(atPath: theme) else {
            let names = Theme.builtInNames.joined(separator: ", ")
            throw CommandFailure(
                code: ExitStatus.noInput,
                message: "There is no theme \(theme). Name one of \(names), or a readable file."
            )
        }
        do {
            return try Theme.load(toml: String(decoding: bytes, as: UTF8.self), file: theme)
        } catch {
            throw CommandFailure(code: ExitStatus.dataError, message: "\(error)")
        }
    }
}
