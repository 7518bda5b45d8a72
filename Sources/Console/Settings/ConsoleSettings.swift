import Terminal

/// What an operator likes: how the console looks, how often it moves, what its keys do.
package struct ConsoleSettings: Equatable, Sendable {
    /// Seconds between two pictures of the live figures.
    package static let refreshRange = 1...60

    package var theme: ThemePreference
    package var refreshSeconds: Int
    /// Whether clicks select rows and the wheel scrolls; the terminal then no longer selects text.
    package var usesMouse: Bool
    var format: TextFormat
    var keyMap: KeyMap

    /// What holds without a file.
    package init(
        theme: ThemePreference = .standard,
        refreshSeconds: Int = 1,
        usesMouse: Bool = false
    ) {
        self.theme = theme
        self.refreshSeconds = refreshSeconds
        self.usesMouse = usesMouse
        format = TextFormat()
        keyMap = .standard
    }
}

/// Which theme on which background.
package struct ThemePreference: Equatable, Sendable {
    package var dark: String
    package var light: String

    package init(dark: String, light: String) {
        self.dark = dark
        self.light = light
    }

    /// The same on every background.
    package init(_ name: String) {
        self.init(dark: name, light: name)
    }

    /// The terminal's own colours, those of them that can be read.
    package static let standard = ThemePreference(
        dark: ThemeLibrary.standardName,
        light: "\(ThemeLibrary.standardName)-light"
    )

    /// Whether it matters what the background is.
    package var dependsOnBackground: Bool { dark != light }

    /// A background that nobody has told counts as dark.
    package func name(isLight: Bool?) -> String {
        isLight == true ? light : dark
    }
}
