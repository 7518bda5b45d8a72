import DefaultThemes

/// The themes that there are: those of the program, and over them the user's own.
package struct ThemeLibrary: Sendable {
    /// A theme file that the user wrote.
    package struct UserFile: Equatable, Sendable {
        /// What the theme is called by: the file's name without its ending.
        package var name: String
        /// Where it is, for problems.
        package var path: String
        package var toml: String

        package init(name: String, path: String, toml: String) {
            self.name = name
            self.path = path
            self.toml = toml
        }
    }

    /// Inheritance deeper than this is refused.
    static let depthMax = 10

    private let userFiles: [String: UserFile]

    /// A user's theme hides the program's theme of the same name, and may inherit from it.
    package init(userFiles: [UserFile] = []) {
        self.userFiles = Dictionary(userFiles.map { ($0.name, $0) }) { first, _ in first }
    }

    /// The program's names, then the user's other ones, each in the order of the alphabet.
    package var names: [String] {
        let known = Set(Self.builtInNames)
        return Self.builtInNames + userFiles.keys.filter { !known.contains($0) }.sorted()
    }

    /// Where the user's theme of that name is; nil for the program's own.
    package func path(of name: String) -> String? {
        userFiles[name]?.path
    }

    /// The theme of that name; nil when there is none.
    ///
    /// - Throws: What is wrong with its file, or with one that it inherits from.
    package func theme(named name: String) throws(FileProblem) -> Theme? {
        guard let source = source(of: name, besides: []) else { return nil }
        return try outline(of: source, trail: []).theme
    }

    /// A theme from a text that is not in the library; it may inherit from what is.
    package func theme(toml: String, file: String) throws(FileProblem) -> Theme {
        try outline(of: Source(key: file, file: file, toml: toml), trail: []).theme
    }

    // MARK: Inheritance

    private struct Source {
        /// Tells the user's theme from the program's of the same name.
        var key: String
        var file: String
        var toml: String
    }

    private func outline(
        of source: Source,
        trail: [String]
    ) throws(FileProblem) -> ThemeOutline {
        let file = try ThemeFile(toml: source.toml, file: source.file)
        guard let name = file.parent else { return try file.outline(inherited: nil) }
        let trail = trail + [source.key]
        guard trail.count <= Self.depthMax else {
            throw file.parentProblem("inherits through more than \(Self.depthMax) themes")
        }
        guard let parent = self.source(of: name, besides: trail) else {
            throw file.parentProblem(unknownParent(name, trail))
        }
        return try file.outline(inherited: try outline(of: parent, trail: trail))
    }

    private func unknownParent(_ name: String, _ trail: [String]) -> String {
        if source(of: name, besides: []) != nil { return "inherits from itself, through \(name)" }
        let nearest = Spelling.nearest(to: name, among: names)
        return "there is no theme \(name)" + (nearest.map { "; did you mean \($0)?" } ?? "")
    }

    /// The user's file unless it is on the trail, else the program's.
    private func source(of name: String, besides trail: [String]) -> Source? {
        if let file = userFiles[name], !trail.contains(file.path) {
            return Source(key: file.path, file: file.path, toml: file.toml)
        }
        let key = "\(name).toml"
        guard !trail.contains(key), let bytes = DefaultThemes.tomlByName[name] else { return nil }
        return Source(key: key, file: key, toml: String(decoding: bytes, as: UTF8.self))
    }
}

extension ThemeLibrary {
    /// Only the themes that come with the program.
    package static let builtIn = ThemeLibrary()

    /// The themes that come with the program, in the order a picker shows them.
    package static let builtInNames = DefaultThemes.tomlByName.keys.sorted()

    /// What is shown on a background that nobody has told.
    package static let standardName = "terminal-16"
}

extension Theme {
    /// A theme that comes with the program, or nil.
    package static func builtIn(_ name: String) -> Theme? {
        try? ThemeLibrary.builtIn.theme(named: name)
    }

    /// What a terminal without colour shows, whichever theme is chosen.
    static let monochrome = builtIn("monochrome") ?? .plain
}
