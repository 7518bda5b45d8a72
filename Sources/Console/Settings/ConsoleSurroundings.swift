/// What the console reaches outside of itself besides the server and the terminal.
package struct ConsoleSurroundings: Sendable {
    package let themes: ThemeShelf
    /// Writes the settings where the next console finds them; returns the file's path.
    package let save: @Sendable (ConsoleSettings) throws(SettingsFailure) -> String

    package init(
        themes: ThemeShelf,
        save: @escaping @Sendable (ConsoleSettings) throws(SettingsFailure) -> String
    ) {
        self.themes = themes
        self.save = save
    }

    /// Nothing: the program's themes, and no place for settings.
    package static let none = ConsoleSurroundings(themes: .builtIn) {
        _ throws(SettingsFailure) in
        throw SettingsFailure(message: "This console has no place to keep settings in.")
    }
}

/// Why settings could not be kept.
package struct SettingsFailure: Error, Equatable, Sendable {
    /// One sentence that names the remedy.
    package var message: String

    package init(message: String) {
        self.message = message
    }
}
