import ArgumentParser
import Terminal

/// The console's themes.
struct ThemeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "theme",
        abstract: "List, show and check the console's themes.",
        discussion: """
            A theme is a TOML file. Your own go to ~/.config/gatehouse/themes (XDG_CONFIG_HOME is \
            obeyed); one may inherit from another and change what it likes.
            """,
        subcommands: [ThemeListCommand.self, ThemeShowCommand.self, ThemeCheckCommand.self]
    )
}

/// Every theme that there is.
struct ThemeListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the themes there are."
    )

    @Flag(help: "One JSON document.")
    var json = false

    func run() throws {
        let library = UserFolder().themes()
        let entries = library.names.map { ThemeEntry(named: $0, in: library) }
        if json { return try CommandOutput.json(entries) }
        try CommandOutput.table(
            ["THEME", "MADE FOR", "FROM"],
            entries.map { [$0.name, $0.variant ?? "-", $0.problem ?? $0.file ?? "built in"] },
            empty: "There is no theme."
        )
    }
}

/// A line of the list.
private struct ThemeEntry: Encodable {
    var name: String
    var variant: String?
    /// The user's file; nil for the program's own.
    var file: String?
    var problem: String?

    init(named name: String, in library: ThemeLibrary) {
        self.name = name
        file = library.path(of: name)
        do throws(FileProblem) {
            variant = try library.theme(named: name)?.variant.rawValue
        } catch {
            problem = error.description
        }
    }
}
