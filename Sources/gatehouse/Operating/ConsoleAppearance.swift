import ArgumentParser
import Console
import Foundation
import Terminal

/// How the console looks: the options that `console` and `demo` share.
struct ConsoleAppearance: ParsableArguments {
    @Option(help: "A theme's name (see gatehouse theme list) or the path of a theme file.")
    var theme: String?

    /// What the options and the user's own files make of it.
    ///
    /// - Throws: `CommandFailure` for a theme or a settings file that is not there or not valid.
    func look(in folder: UserFolder = UserFolder()) throws -> ConsoleLook {
        let themes = ThemeFiles(folder: folder, named: theme)
        let library = themes.library()
        var settings = try folder.settings(themeNames: library.names)
        if let theme { settings.theme = ThemePreference(theme) }
        let name = settings.theme.name(isLight: nil)
        return ConsoleLook(
            settings: settings,
            theme: try ThemeArgument(name).theme(in: library),
            themeNames: library.names,
            surroundings: ConsoleSurroundings(
                themes: ThemeShelf(library: themes.library, stamp: themes.stamp),
                save: folder.save
            )
        )
    }
}

/// Everything about the console that is not the gate.
struct ConsoleLook: Sendable {
    var settings: ConsoleSettings
    /// The theme of the first frame.
    var theme: Theme
    var themeNames: [String]
    var surroundings: ConsoleSurroundings
}

/// The theme files that one console reads, again and again.
struct ThemeFiles: Sendable {
    private let folder: UserFolder
    /// A file that the command line names; it is called by its path.
    private let file: String?

    init(folder: UserFolder, named argument: String?) {
        self.folder = folder
        file = argument.flatMap { $0.contains("/") || $0.hasSuffix(".toml") ? $0 : nil }
    }

    func library() -> ThemeLibrary {
        var files = folder.themeFiles()
        if let file, let toml = UserFolder.text(at: file) {
            files.append(ThemeLibrary.UserFile(name: file, path: file, toml: toml))
        }
        return ThemeLibrary(userFiles: files)
    }

    /// Names, sizes and times of change.
    func stamp() -> [String] {
        (folder.themePaths() + [file].compactMap { $0 }).map { path in
            guard let facts = try? FileManager.default.attributesOfItem(atPath: path) else {
                return path
            }
            let changed = (facts[.modificationDate] as? Date)?.timeIntervalSinceReferenceDate
            let number = facts[.systemFileNumber] as? Int
            return "\(path) \(number ?? 0) \(facts[.size] as? Int ?? 0) \(changed ?? 0)"
        }
    }
}
