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

    var themesPath: String? { path.map { "\($0)/themes" } }

    /// The program's themes and the user's, as their files are now.
    func themes() -> ThemeLibrary {
        let files = themeNames().compactMap { name -> ThemeLibrary.UserFile? in
            let path = "\(themesPath ?? "")/\(name).toml"
            return Self.text(at: path).map { .init(name: name, path: path, toml: $0) }
        }
        return ThemeLibrary(userFiles: files)
    }

    private func themeNames() -> [String] {
        guard let themesPath,
            let names = try? FileManager.default.contentsOfDirectory(atPath: themesPath)
        else { return [] }
        let themes = names.filter { $0.hasSuffix(".toml") && $0.count > 5 }.sorted()
        return themes.prefix(Self.themesMax).map { String($0.dropLast(5)) }
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
