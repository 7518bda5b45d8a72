import ArgumentParser
import Foundation
import Terminal

/// How the console looks: the options that `console` and `demo` share.
struct ConsoleAppearance: ParsableArguments {
    @Option(help: "A theme's name (see gatehouse theme list) or the path of a theme file.")
    var theme = ThemeLibrary.standardName

    /// Takes over the terminal.
    ///
    /// - Throws: `CommandFailure` for a theme that is not there or not valid, `TerminalFailure`
    ///   without a terminal that can show a screen.
    @MainActor
    func openSession() throws -> TerminalSession {
        try TerminalSession(
            theme: try ThemeArgument(theme).theme(in: UserFolder().themes()),
            environment: ProcessInfo.processInfo.environment
        )
    }
}
