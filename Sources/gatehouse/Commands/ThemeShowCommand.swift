import ArgumentParser
import Foundation
import Terminal

/// What a theme makes of every role.
struct ThemeShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show what a theme makes of every role."
    )

    @Argument(help: "A theme's name, or the path of a theme file.")
    var theme: String

    func run() throws {
        let library = UserFolder().themes()
        let found = try ThemeArgument(theme).theme(in: library)
        let painter = TextPainter(
            environment: ProcessInfo.processInfo.environment,
            isTerminal: isatty(STDOUT_FILENO) == 1
        )
        try CommandOutput.line("\(found.name), made for a \(found.variant.rawValue) background")
        for role in Role.allCases {
            let look = found.appearance(of: role)
            let name = SafeText.fitted(role.name, to: 14)
            let words = SafeText.fitted(look.words, to: 34)
            try CommandOutput.line(name + words, sample: painter.painted(" sample 42 ", as: look))
        }
    }
}

/// Says how well a theme can be read.
struct ThemeCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Say what is wrong with a theme file, and how well each role can be read.",
        discussion: """
            The figures are contrast ratios of WCAG 2.1, in full colour and with 256 colours; "yours" \
            stands where the terminal's own colours are used. Status 0 when every role meets its \
            floor, 65 when one does not or the file is wrong.
            """
    )

    @Argument(help: "A theme file, or the name of a theme.")
    var file: String

    @Flag(help: "One JSON document.")
    var json = false

    func run() throws {
        let theme = try ThemeArgument(file).theme(in: UserFolder().themes())
        let contrast = ThemeContrast(of: theme)
        let lines = contrast.lines.map(CheckedRole.init)
        if json {
            try CommandOutput.json(lines)
        } else {
            try CommandOutput.table(
                ["ROLE", "CONTRAST", "WITH 256", "FLOOR", ""],
                lines.map(\.cells),
                empty: "The theme has no roles."
            )
        }
        guard contrast.isMet else {
            let roles = lines.filter { !$0.isMet }.map(\.role).joined(separator: ", ")
            throw CommandFailure(
                code: ExitStatus.dataError,
                message: "\(theme.name) is hard to read: \(roles) are below the floor."
            )
        }
    }
}

/// One role's figures as they are printed.
private struct CheckedRole: Encodable {
    var role: String
    var contrast: Double?
    var contrast256: Double?
    var floor: Double
    var isMet: Bool

    init(_ line: ThemeContrast.Line) {
        role = line.role.name
        contrast = line.ratio.map(Self.rounded)
        contrast256 = line.ratio256.map(Self.rounded)
        floor = line.floor
        isMet = line.isMet
    }

    var cells: [String] {
        [role, Self.text(contrast), Self.text(contrast256), "\(floor)", isMet ? "ok" : "TOO LOW"]
    }

    /// Downwards, so that what is printed as the floor has reached it.
    private static func rounded(_ ratio: Double) -> Double {
        (ratio * 100).rounded(.down) / 100
    }

    private static func text(_ ratio: Double?) -> String {
        ratio.map { "\($0):1" } ?? "yours"
    }
}

/// A theme as a command line names it: by its name or by its file.
struct ThemeArgument {
    private let text: String

    init(_ text: String) {
        self.text = text
    }

    /// - Throws: `CommandFailure` for a theme that is not there or not valid.
    func theme(in library: ThemeLibrary) throws(CommandFailure) -> Theme {
        do throws(FileProblem) {
            if let theme = try library.theme(named: text) { return theme }
            if let toml = UserFolder.text(at: text) {
                return try library.theme(toml: toml, file: text)
            }
        } catch {
            throw CommandFailure(code: ExitStatus.dataError, message: error.description)
        }
        let nearest = Spelling.nearest(to: text, among: library.names)
        let names = library.names.joined(separator: ", ")
        throw CommandFailure(
            code: ExitStatus.noInput,
            message: "There is no theme \(text)" + (nearest.map { "; did you mean \($0)?" } ?? ".")
                + " Name one of \(names), or a readable file."
        )
    }
}
