import Console
import Foundation
import Terminal

/// Where the operator's own settings and themes are.
///
/// `$XDG_CONFIG_HOME/gatehouse`, or `~/.config/gatehouse`; nothing has to be there.
struct UserFolder: Sendable {
    /// Themes beyond this number are not seen.
    static let themesMax = 256

    /// Nil when the environment names no home.
    let path: String?

    init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        let base = environment["XDG_CONFIG_HOME"] ?? ""
        let home = environment["HOME"] ?? ""
        // The specification of XDG: what is not absolute is to be ignored.
        if base.hasPrefix("/") {
            path = "\(base)/gatehouse"
        } else {
            path = home.hasPrefix("/") ? "\(home)/.config/gatehouse" : nil
        }
    }

    // MARK: Themes

    /// The program's themes and the user's, as their files are now.
    func themes() -> ThemeLibrary {
        ThemeLibrary(userFiles: themeFiles())
    }

    func themeFiles() -> [ThemeLibrary.UserFile] {
        themePaths().compactMap { path in
            let name = URL(filePath: path).deletingPathExtension().lastPathComponent
            return Self.text(at: path).map { .init(name: name, path: path, toml: $0) }
        }
    }

    func themePaths() -> [String] {
        guard let folder = path.map({ "\($0)/themes" }),
            let names = try? FileManager.default.contentsOfDirectory(atPath: folder)
        else { return [] }
        let files = names.filter { $0.hasSuffix(".toml") && $0.count > 5 }.sorted()
        return files.prefix(Self.themesMax).map { "\(folder)/\($0)" }
    }

    // MARK: Settings

    private var settingsPath: String? { path.map { "\($0)/console.toml" } }

    /// What `console.toml` says; the defaults without one.
    ///
    /// - Throws: `CommandFailure` in one sentence that names the line.
    func settings(themeNames: [String]) throws -> ConsoleSettings {
        guard let settingsPath, let toml = Self.text(at: settingsPath) else {
            return ConsoleSettings()
        }
        do {
            return try SettingsFile.settings(
                toml: toml,
                file: settingsPath,
                themeNames: themeNames
            )
        } catch {
            throw CommandFailure(code: ExitStatus.configuration, message: error.description)
        }
    }

    /// Writes the settings into `console.toml`, whose other lines stay.
    @Sendable
    func save(_ settings: ConsoleSettings) throws(SettingsFailure) -> String {
        guard let path, let settingsPath else {
            throw SettingsFailure(message: "There is no home folder to keep settings in; set HOME.")
        }
        let text = SettingsFile.text(of: settings, in: Self.text(at: settingsPath) ?? "")
        do {
            _ = try SettingsFile.settings(
                toml: text,
                file: settingsPath,
                themeNames: [settings.theme.dark, settings.theme.light]
            )
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: true
            )
            try Data(text.utf8).write(to: URL(filePath: settingsPath), options: .atomic)
        } catch let problem as FileProblem {
            throw SettingsFailure(message: "\(problem); change the file by hand.")
        } catch {
            throw SettingsFailure(
                message: "Cannot write \(settingsPath); see whether the folder is yours."
            )
        }
        return settingsPath
    }

    /// The text of a regular file; nil when it cannot be read, with one byte more than is allowed
    /// where it is too long.
    static func text(at path: String) -> String? {
        let attributes = try? FileManager.default.attributesOfItem(
            atPath: URL(filePath: path).resolvingSymlinksInPath().path()
        )
        guard attributes?[.type] as? FileAttributeType == .typeRegular,
            let file = FileHandle(forReadingAtPath: path),
            let data = try? file.read(upToCount: ConfigurationFile.bytesMax + 1)
        else { return nil }
        return String(decoding: data, as: UTF8.self)
    }
}
