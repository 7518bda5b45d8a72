/// How the console was started.
package struct ConsoleOptions: Equatable, Sendable {
    /// What the header calls the gate: the socket's path, or `demo`.
    package var socketName: String
    /// Whether every edit is refused.
    package var isReadOnly: Bool
    /// The themes that `:theme` offers.
    package var themeNames: [String]
    package var settings: ConsoleSettings

    package init(
        socketName: String,
        isReadOnly: Bool = false,
        themeNames: [String] = [],
        settings: ConsoleSettings = ConsoleSettings()
    ) {
        self.socketName = socketName
        self.isReadOnly = isReadOnly
        self.themeNames = themeNames
        self.settings = settings
    }
}
