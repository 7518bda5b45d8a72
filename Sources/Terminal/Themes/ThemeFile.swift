import DefaultThemes
import TOMLKit

/// Why a theme file cannot be used; the theme in use stays.
package struct ThemeProblem: Error, Equatable, Sendable, CustomStringConvertible {
    /// The file's name, as the caller gave it.
    package var file: String
    /// Counted from one.
    package var line: Int
    package var message: String

    package var description: String { "\(file):\(line): \(message)" }
}

extension Theme {
    /// The themes that come with the program, in the order a picker shows them.
    package static let builtInNames = DefaultThemes.tomlByName.keys.sorted()

    /// One of `builtInNames`, or nil.
    package static func builtIn(_ name: String) -> Theme? {
        guard let bytes = DefaultThemes.tomlByName[name] else { return nil }
        return try? load(toml: String(decoding: bytes, as: UTF8.self), file: "\(name).toml")
    }

    /// What a terminal without colour shows, whichever theme is chosen.
    static let monochrome = builtIn("monochrome") ?? .plain

    /// Reads a theme strictly: an unknown key or a bad colour is a problem, not a default.
    package static func load(
        toml: String,
        file: String = "theme"
    ) throws(ThemeProblem) -> Theme {
        try ThemeFile(toml: toml, file: file).theme()
    }
}

/// A theme file while it is read.
private struct ThemeFile {
    private let toml: String
    private let file: String
    private let root: TOMLTable

    init(toml: String, file: String) throws(ThemeProblem) {
        self.toml = toml
        self.file = file
        do {
            root = try TOMLTable(string: toml)
        } catch let error as TOMLParseError {
            throw ThemeProblem(
                file: file,
                line: error.source.begin.line,
                message: SafeText.neutralized(error.description)
            )
        } catch {
            throw ThemeProblem(file: file, line: 1, message: "not a TOML file")
        }
    }

    func theme() throws(ThemeProblem) -> Theme {
        let known: Set = ["schema", "name", "variant", "palette", "roles", "attributes"]
        try refuseOthers(in: root, than: known, section: nil)
        guard root["schema"]?.int == 1 else {
            throw problem("schema must be 1", at: "schema", section: nil)
        }
        guard let name = root["name"]?.string, !name.isEmpty else {
            throw problem("name must be a text", at: "name", section: nil)
        }
        guard let variant = root["variant"]?.string.flatMap(Theme.Variant.init(rawValue:)) else {
            throw problem("variant must be dark, light or any", at: "variant", section: nil)
        }
        let stated = try statedAppearances(palette: palette())
        return Theme(name: SafeText.neutralized(name), variant: variant, stated: stated)
    }

    private func palette() throws(ThemeProblem) -> [String: TerminalColor] {
        let table = try section("palette")
        var palette: [String: TerminalColor] = [:]
        for key in table.keys {
            palette[key] = try paletteColor(table[key], named: key)
        }
        return palette
    }

    private func paletteColor(
        _ value: (any TOMLValueConvertible)?,
        named key: String
    ) throws(ThemeProblem) -> TerminalColor {
        if let text = value?.string, let color = TerminalColor(parsing: text) { return color }
        if let table = value?.table {
            let known: Set = ["rgb", "x256", "ansi"]
            try refuseOthers(in: table, than: known, section: "palette", line: key)
            if let color = ThemeFile.color(from: table) { return color }
        }
        throw problem(
            "\(key) must be \"#rrggbb\", one of the sixteen colour names, \"default\", "
                + "or { rgb = \"#rrggbb\", x256 = 0 to 255, ansi = \"name\" }",
            at: key,
            section: "palette"
        )
    }

    /// Nil when a part of it is wrong.
    private static func color(from table: TOMLTable) -> TerminalColor? {
        guard let rgb = table["rgb"]?.string.flatMap(RGBColor.init(hex:)) else { return nil }
        let x256 = table["x256"]?.int.flatMap(UInt8.init(exactly:))
        let ansi = table["ansi"]?.string.flatMap(TerminalColor.index(named:))
        guard (x256 == nil) == (table["x256"] == nil), (ansi == nil) == (table["ansi"] == nil)
        else { return nil }
        return .rgb(rgb, x256: x256, ansi: ansi)
    }

    private func statedAppearances(
        palette: [String: TerminalColor]
    ) throws(ThemeProblem) -> [Role: StatedAppearance] {
        let roles = try section("roles")
        let attributes = try section("attributes")
        var stated: [Role: StatedAppearance] = [:]
        for key in roles.keys {
            let role = try role(named: key, section: "roles")
            guard let table = roles[key]?.table else {
                throw problem("\(key) must be { fg = …, bg = … }", at: key, section: "roles")
            }
            try refuseOthers(in: table, than: ["fg", "bg"], section: "roles", line: key)
            stated[role, default: StatedAppearance()].foreground =
                try color(table["fg"], of: key, palette: palette)
            stated[role, default: StatedAppearance()].background =
                try color(table["bg"], of: key, palette: palette)
        }
        for key in attributes.keys {
            let role = try role(named: key, section: "attributes")
            stated[role, default: StatedAppearance()].attributes =
                try emphasis(attributes[key], of: key)
        }
        return stated
    }

    private func color(
        _ value: (any TOMLValueConvertible)?,
        of key: String,
        palette: [String: TerminalColor]
    ) throws(ThemeProblem) -> TerminalColor? {
        guard let value else { return nil }
        if let text = value.string, let color = palette[text] ?? TerminalColor(parsing: text) {
            return color
        }
        throw problem("\(key) names a colour that is not in the palette", at: key, section: "roles")
    }

    private func emphasis(
        _ value: (any TOMLValueConvertible)?,
        of key: String
    ) throws(ThemeProblem) -> TextAttributes {
        guard let list = value?.array else {
            throw problem("\(key) must be a list of texts", at: key, section: "attributes")
        }
        var attributes: TextAttributes = []
        for item in list {
            guard let one = item.string.flatMap({ TextAttributes.byName[$0] }) else {
                let allowed = TextAttributes.byName.keys.sorted().joined(separator: ", ")
                throw problem("\(key) may hold \(allowed)", at: key, section: "attributes")
            }
            attributes.insert(one)
        }
        return attributes
    }
}

extension ThemeFile {
    private func section(_ name: String) throws(ThemeProblem) -> TOMLTable {
        guard let value = root[name] else { return TOMLTable() }
        guard let table = value.table else {
            throw problem("\(name) must be a table", at: name, section: nil)
        }
        return table
    }

    private func role(named key: String, section: String) throws(ThemeProblem) -> Role {
        guard let role = Role.allCases.first(where: { "\($0)" == key }) else {
            throw problem("unknown role \(key)", at: key, section: section)
        }
        return role
    }

    /// Refuses keys that mean nothing; `line` is the entry they stand in, for inline tables.
    private func refuseOthers(
        in table: TOMLTable,
        than known: Set<String>,
        section: String?,
        line entry: String? = nil
    ) throws(ThemeProblem) {
        guard let unknown = table.keys.sorted().first(where: { !known.contains($0) }) else {
            return
        }
        let allowed = known.sorted().joined(separator: ", ")
        throw problem(
            "unknown key \(unknown); allowed here: \(allowed)",
            at: entry ?? unknown,
            section: section
        )
    }

    private func problem(_ message: String, at key: String, section: String?) -> ThemeProblem {
        ThemeProblem(
            file: file,
            line: lineNumber(of: key, section: section),
            message: SafeText.neutralized(message)
        )
    }

    /// The parsed values do not remember their places, so the text is searched for the key.
    private func lineNumber(of key: String, section: String?) -> Int {
        var current: Substring?
        for (index, line) in toml.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            let content = line.drop { $0 == " " || $0 == "\t" }
            if content.hasPrefix("[") {
                current = content.dropFirst().prefix { $0 != "]" }
                if section == nil, current.map(String.init) == key { return index + 1 }
            }
            let name = content.prefix { $0 != "=" && $0 != " " && $0 != "\t" && $0 != "." }
            if current.map(String.init) == section, name == key || name == "\"\(key)\"" {
                return index + 1
            }
        }
        return 1
    }
}
