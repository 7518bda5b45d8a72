package import Terminal

/// `console.toml`: what an operator likes, read strictly.
package enum SettingsFile {
    private static let known: Set = [
        "theme", "refresh_seconds", "time_zone", "numbers", "mouse", "keys",
    ]

    /// Reads the whole file.
    ///
    /// - Parameters:
    ///   - toml: The text.
    ///   - file: What a problem calls the file.
    ///   - themeNames: The themes that can be chosen.
    /// - Returns: The settings; what the file does not say is as without a file.
    /// - Throws: The first thing that is wrong, with its line and, for a word that is not known,
    ///   the nearest one.
    package static func settings(
        toml: String,
        file: String,
        themeNames: [String]
    ) throws(FileProblem) -> ConsoleSettings {
        let contents = try ConfigurationFile(toml: toml, file: file)
        try contents.refuseOthers(in: contents.root, than: known)
        var settings = ConsoleSettings()
        if let value = contents.root["theme"] {
            settings.theme = try theme(value, of: contents, themeNames)
        }
        if let value = contents.root["refresh_seconds"] {
            guard let seconds = value.number, ConsoleSettings.refreshRange ~= seconds else {
                throw contents.problem(
                    "refresh_seconds must be a whole number from 1 to 60",
                    at: "refresh_seconds"
                )
            }
            settings.refreshSeconds = seconds
        }
        if let value = contents.root["mouse"] {
            guard let usesMouse = value.truth else {
                throw contents.problem("mouse must be true or false", at: "mouse")
            }
            settings.usesMouse = usesMouse
        }
        settings.format = try format(of: contents)
        settings.keyMap = try keyMap(of: contents)
        return settings
    }

    /// The text of a file with these settings in it; what else it says, comments too, stays.
    package static func text(of settings: ConsoleSettings, in toml: String) -> String {
        var lines =
            toml.isEmpty
            ? [] : toml.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        for (key, value) in entries(of: settings) {
            // Keys of the top level stand before the first section.
            let end = lines.firstIndex { $0.trimmingSpaces().hasPrefix("[") } ?? lines.count
            let line = "\(key) = \(value)"
            let known = lines[..<end].firstIndex { line in
                line.trimmingSpaces().prefix { $0 != "=" && $0 != " " } == key
            }
            if let known { lines[known] = line } else { lines.insert(line, at: end) }
        }
        let text = lines.joined(separator: "\n")
        return text.hasSuffix("\n") ? text : text + "\n"
    }

    private static func entries(of settings: ConsoleSettings) -> [(key: String, value: String)] {
        let theme = settings.theme
        let pair = "{ dark = \(quoted(theme.dark)), light = \(quoted(theme.light)) }"
        return [
            ("theme", theme.dependsOnBackground ? pair : quoted(theme.dark)),
            ("refresh_seconds", "\(settings.refreshSeconds)"),
            ("time_zone", quoted(settings.format.zone.name)),
            ("numbers", quoted(settings.format.numbers.rawValue)),
            ("mouse", "\(settings.usesMouse)"),
        ]
    }

    /// A basic string of TOML.
    private static func quoted(_ text: String) -> String {
        let escaped = SafeText.neutralized(text).replacing("\\", with: "\\\\")
        return "\"" + escaped.replacing("\"", with: "\\\"") + "\""
    }

    private static func theme(
        _ value: ConfigurationValue,
        of contents: ConfigurationFile,
        _ names: [String]
    ) throws(FileProblem) -> ThemePreference {
        if let name = value.text {
            return ThemePreference(try known(name, names, contents))
        }
        guard let table = value.table, let dark = table["dark"]?.text,
            let light = table["light"]?.text, table.count == 2
        else {
            throw contents.problem(
                "theme must be a name, or { dark = \"…\", light = \"…\" }",
                at: "theme"
            )
        }
        return ThemePreference(
            dark: try known(dark, names, contents),
            light: try known(light, names, contents)
        )
    }

    private static func known(
        _ name: String,
        _ names: [String],
        _ contents: ConfigurationFile
    ) throws(FileProblem) -> String {
        if names.contains(name) { return name }
        let nearest = Spelling.nearest(to: name, among: names)
        throw contents.problem(
            "there is no theme \(name)" + (nearest.map { "; did you mean \($0)?" } ?? ""),
            at: "theme"
        )
    }

    private static func format(of contents: ConfigurationFile) throws(FileProblem) -> TextFormat {
        var format = TextFormat()
        if let value = contents.root["time_zone"] {
            guard let zone = value.text.flatMap(DisplayZone.named) else {
                throw contents.problem(
                    "time_zone must be UTC, local, or a name such as Europe/Berlin",
                    at: "time_zone"
                )
            }
            format.zone = zone
        }
        if let value = contents.root["numbers"] {
            guard let numbers = value.text.flatMap(TextFormat.Numbers.init(rawValue:)) else {
                throw contents.problem("numbers must be short or full", at: "numbers")
            }
            format.numbers = numbers
        }
        return format
    }

    private static func keyMap(of contents: ConfigurationFile) throws(FileProblem) -> KeyMap {
        var wanted: [String: [Key]] = [:]
        for (name, value) in try contents.section("keys").sorted(by: { $0.key < $1.key }) {
            guard KeyMap.actionNames.contains(name) else {
                let nearest = Spelling.nearest(to: name, among: KeyMap.actionNames)
                throw contents.problem(
                    "unknown action \(name)" + (nearest.map { "; did you mean \($0)?" } ?? ""),
                    at: name,
                    section: "keys"
                )
            }
            wanted[name] = try keys(value, of: name, contents)
        }
        var map = KeyMap.standard
        if let wrong = map.rebind(wanted) {
            let message = "\(wrong.action): \(wrong.problem)"
            throw contents.problem(message, at: wrong.action, section: "keys")
        }
        return map
    }

    private static func keys(
        _ value: ConfigurationValue,
        of name: String,
        _ contents: ConfigurationFile
    ) throws(FileProblem) -> [Key] {
        guard let texts = value.texts, !texts.isEmpty else {
            throw contents.problem(
                "\(name) must be a key, or a list of keys",
                at: name,
                section: "keys"
            )
        }
        return try texts.map { text throws(FileProblem) in
            if let key = KeyName.key(text) { return key }
            throw contents.problem(
                "\(text) is no key; write x, ctrl-x, alt-x, f5, enter, page-down and so on",
                at: name,
                section: "keys"
            )
        }
    }
}
