package import Terminal

/// Where themes come from while the console runs.
package struct ThemeShelf: Sendable {
    /// Every theme as its file is now.
    package let library: @Sendable () -> ThemeLibrary
    /// Changes when a file that `library` reads does; asked once a second.
    package let stamp: @Sendable () -> [String]

    package init(
        library: @escaping @Sendable () -> ThemeLibrary,
        stamp: @escaping @Sendable () -> [String]
    ) {
        self.library = library
        self.stamp = stamp
    }

    /// Only the themes that come with the program.
    package static let builtIn = ThemeShelf(library: { .builtIn }, stamp: { [] })
}
