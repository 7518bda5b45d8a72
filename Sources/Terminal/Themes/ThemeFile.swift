/// What one theme file says, its colours still by name, so that an heir can change them.
struct ThemeOutline: Equatable, Sendable {
    var name: String
    var variant: Theme.Variant
    var palette: [String: TerminalColor]
    var foregrounds: [Role: String]
    var backgrounds: [Role: String]
    var attributes: [Role: TextAttributes]

    /// This outline where it says something, the other where it does not.
    func inheriting(_ parent: ThemeOutline) -> ThemeOutline {
        ThemeOutline(
            name: name,
            variant: variant,
            palette: parent.palette.merging(palette) { $1 },
            foregrounds: parent.foregrounds.merging(foregrounds) { $1 },
            backgrounds: parent.backgrounds.merging(backgrounds) { $1 },
            attributes: parent.attributes.merging(attributes) { $1 }
        )
    }

    var theme: Theme {
        var stated: [Role: StatedAppearance] = [:]
        for role in Role.allCases {
            stated[role] = StatedAppearance(
                foreground: foregrounds[role].flatMap(color),
                background: backgrounds[role].flatMap(color),
                attributes: attributes[role]
            )
        }
        return Theme(name: name, variant: variant, stated: stated)
    }

    /// A colour of the palette, or one that needs none.
    func color(named name: String) -> TerminalColor? {
        palette[name] ?? TerminalColor(parsing: name)
    }
}

/// A theme file while it is read.
struct ThemeFile {
    private let contents: ConfigurationFile
    /// The theme whose heir it is.
    let parent: String?

    init(toml: String, file: String) throws(FileProblem) {
        contents = try ConfigurationFile(toml: toml, file: file)
        let known: Set = [
            "schema", "name", "variant", "inherits", "palette", "roles", "attributes",
        ]
        try contents.refuseOthers(in: contents.root, than: known)
        guard contents.root["schema"]?.number == 1 else {
            throw contents.problem("schema must be 1", at: "schema")
        }
        parent = contents.root["inherits"]?.text
        guard parent != nil || contents.root["inherits"] == nil else {
            throw contents.problem("inherits must be a theme's name", at: "inherits")
        }
    }

    /// A problem of the line that names the parent.
    func parentProblem(_ message: String) -> FileProblem {
        contents.problem(message, at: "inherits")
    }

    /// What the file says; the palette that it inherits counts as its own.
    func outline(inherited: ThemeOutline?) throws(FileProblem) -> ThemeOutline {
        guard let name = contents.root["name"]?.text, !name.isEmpty else {
            throw contents.problem("name must be a text", at: "name")
        }
        var outline = ThemeOutline(
            name: SafeText.neutralized(name),
            variant: try variant(inherited: inherited?.variant),
            palette: try palette(),
            foregrounds: [:],
            backgrounds: [:],
            attributes: try attributes()
        )
        if let inherited { outline = outline.inheriting(inherited) }
        try readColors(into: &outline)
        return outline
    }

    private func variant(inherited: Theme.Variant?) throws(FileProblem) -> Theme.Variant {
        if let inherited, contents.root["variant"] == nil { return inherited }
        guard let word = contents.root["variant"]?.text, let variant = Theme.Variant(rawValue: word)
        else { throw contents.problem("variant must be dark, light or any", at: "variant") }
        return variant
    }

    private func palette() throws(FileProblem) -> [String: TerminalColor] {
        var palette: [String: TerminalColor] = [:]
        for (key, value) in try contents.section("palette") {
            palette[key] = try paletteColor(value, named: key)
        }
        return palette
    }

    private func paletteColor(
        _ value: ConfigurationValue,
        named key: String
    ) throws(FileProblem) -> TerminalColor {
        if let text = value.text, let color = TerminalColor(parsing: text) { return color }
        if let table = value.table {
            let known: Set = ["rgb", "x256", "ansi"]
            try contents.refuseOthers(in: table, than: known, section: "palette", of: key)
            if let color = ThemeFile.color(from: table) { return color }
        }
        throw contents.problem(
            "\(key) must be \"#rrggbb\", one of the sixteen colour names, \"default\", "
                + "or { rgb = \"#rrggbb\", x256 = 0 to 255, ansi = \"name\" }",
            at: key,
            section: "palette"
        )
    }

    /// Nil when a part of it is wrong.
    private static func color(from table: [String: ConfigurationValue]) -> TerminalColor? {
        guard let rgb = table["rgb"]?.text.flatMap(RGBColor.init(hex:)) else { return nil }
        let x256 = table["x256"]?.number.flatMap(UInt8.init(exactly:))
        let ansi = table["ansi"]?.text.flatMap(TerminalColor.index(named:))
        guard (x256 == nil) == (table["x256"] == nil), (ansi == nil) == (table["ansi"] == nil)
        else { return nil }
        return .rgb(rgb, x256: x256, ansi: ansi)
    }

    private func readColors(into outline: inout ThemeOutline) throws(FileProblem) {
        for (key, value) in try contents.section("roles") {
            let role = try role(named: key, section: "roles")
            guard let table = value.table else {
                throw contents.problem(
                    "\(key) must be { fg = …, bg = … }",
                    at: key,
                    section: "roles"
                )
            }
            try contents.refuseOthers(in: table, than: ["fg", "bg"], section: "roles", of: key)
            if let name = try color(table["fg"], of: key, in: outline) {
                outline.foregrounds[role] = name
            }
            if let name = try color(table["bg"], of: key, in: outline) {
                outline.backgrounds[role] = name
            }
        }
    }

    /// The name of a colour that is there.
    private func color(
        _ value: ConfigurationValue?,
        of key: String,
        in outline: ThemeOutline
    ) throws(FileProblem) -> String? {
        guard let value else { return nil }
        if let name = value.text, outline.color(named: name) != nil { return name }
        throw contents.problem(
            "\(key) names a colour that is not in the palette",
            at: key,
            section: "roles"
        )
    }

    private func attributes() throws(FileProblem) -> [Role: TextAttributes] {
        var attributes: [Role: TextAttributes] = [:]
        for (key, value) in try contents.section("attributes") {
            let role = try role(named: key, section: "attributes")
            guard let list = value.list else {
                throw contents.problem(
                    "\(key) must be a list of texts",
                    at: key,
                    section: "attributes"
                )
            }
            attributes[role] = try emphasis(list, of: key)
        }
        return attributes
    }

    private func emphasis(
        _ list: [ConfigurationValue],
        of key: String
    ) throws(FileProblem) -> TextAttributes {
        var attributes: TextAttributes = []
        for item in list {
            guard let one = item.text.flatMap({ TextAttributes.byName[$0] }) else {
                let allowed = TextAttributes.byName.keys.sorted().joined(separator: ", ")
                throw contents.problem("\(key) may hold \(allowed)", at: key, section: "attributes")
            }
            attributes.insert(one)
        }
        return attributes
    }

    private func role(named key: String, section: String) throws(FileProblem) -> Role {
        if let role = Role(name: key) { return role }
        let nearest = Spelling.nearest(to: key, among: Role.allCases.map(\.name))
        let remedy = nearest.map { "; did you mean \($0)?" } ?? ""
        throw contents.problem("unknown role \(key)\(remedy)", at: key, section: section)
    }
}
