/// Why there is no screen.
package struct TerminalFailure: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable {
        /// Standard input or output is a file or a pipe.
        case notATerminal
        /// The terminal has no description, or `TERM` is not set.
        case unknownTerminal
        /// The terminal cannot place its cursor.
        case tooSimple
    }

    package var code: Code
    /// One sentence that names the remedy.
    package var message: String

    package var description: String { message }

    static let notATerminal = TerminalFailure(
        code: .notATerminal,
        message: "the console needs a terminal on standard input and output; "
            + "run it from a terminal, with `ssh -t` when remote"
    )

    static func unknownTerminal(_ name: String) -> TerminalFailure {
        let subject =
            name.isEmpty
            ? "TERM is not set" : "no description of the terminal \"\(SafeText.neutralized(name))\""
        return TerminalFailure(
            code: .unknownTerminal,
            message: "\(subject); set TERM to a known one, such as TERM=xterm-256color, "
                + "or install ncurses-term"
        )
    }

    static func tooSimple(_ name: String) -> TerminalFailure {
        TerminalFailure(
            code: .tooSimple,
            message: "the terminal \"\(SafeText.neutralized(name))\" cannot place its cursor; "
                + "use another terminal, or set TERM to what it really is"
        )
    }
}
