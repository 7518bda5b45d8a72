import Testing

@testable import Terminal

@Suite struct ThemeLibraryTests {
    private static func file(
        _ name: String,
        inherits parent: String? = nil,
        _ rest: String = ""
    ) -> ThemeLibrary.UserFile {
        let line = parent.map { "inherits = \"\($0)\"\n" } ?? "variant = \"dark\"\n"
        return ThemeLibrary.UserFile(
            name: name,
            path: "/themes/\(name).toml",
            toml: "schema = 1\nname = \"\(name)\"\n\(line)\(rest)"
        )
    }

    private func look(
        _ role: Role,
        in files: ThemeLibrary.UserFile...,
        of name: String
    ) throws
        -> Appearance
    {
        let library = ThemeLibrary(userFiles: files)
        return try #require(try library.theme(named: name)).appearance(of: role)
    }

    @Test func `an heir says only what is different`() throws {
        let heir = Self.file("mine", inherits: "nord", "[roles]\nok = { fg = \"#00ff00\" }")
        let nord = try #require(Theme.builtIn("nord"))
        #expect(try look(.ok, in: heir, of: "mine").foreground == .rgb(RGBColor(number: 0xFF00)))
        #expect(
            try look(.ok, in: heir, of: "mine").background == nord.appearance(of: .ok).background
        )
        #expect(try look(.warn, in: heir, of: "mine") == nord.appearance(of: .warn))
    }

    @Test func `a colour of the palette that an heir changes changes every role made of it`() throws
    {
        let heir = Self.file("mine", inherits: "nord", "[palette]\nnord14 = \"#00ff00\"")
        let green = TerminalColor.rgb(RGBColor(number: 0xFF00))
        #expect(try look(.ok, in: heir, of: "mine").foreground == green)
        #expect(try look(.added, in: heir, of: "mine").foreground == green)
    }

    @Test func `an heir may use its parent's palette, and be made for another background`() throws {
        let rest = "variant = \"any\"\n[roles]\nkey = { fg = \"nord15\" }"
        let heir = Self.file("mine", inherits: "nord", rest.replacing("nord15", with: "nord14"))
        let nord = try #require(Theme.builtIn("nord"))
        let library = ThemeLibrary(userFiles: [heir])
        let theme = try #require(try library.theme(named: "mine"))
        #expect(theme.variant == .any)
        #expect(theme.appearance(of: .key).foreground == nord.appearance(of: .ok).foreground)
    }

    @Test func `a user's theme hides the program's, and may inherit from the one it hides`() throws
    {
        let own = Self.file("nord", inherits: "nord", "[roles]\nok = { fg = \"#00ff00\" }")
        #expect(try look(.ok, in: own, of: "nord").foreground == .rgb(RGBColor(number: 0xFF00)))
        let library = ThemeLibrary(userFiles: [own, Self.file("zebra"), Self.file("apple")])
        #expect(library.names == ThemeLibrary.builtInNames + ["apple", "zebra"])
        #expect(library.path(of: "nord") == "/themes/nord.toml")
        #expect(library.path(of: "dracula") == nil)
    }

    @Test func `themes that inherit from each other are refused at the line that says so`() {
        let library = ThemeLibrary(userFiles: [
            Self.file("one", inherits: "two"), Self.file("two", inherits: "one"),
        ])
        let problem = #expect(throws: FileProblem.self) { try library.theme(named: "one") }
        #expect(problem?.description == "/themes/two.toml:3: inherits from itself, through one")
    }

    @Test func `a chain that is too long is refused`() throws {
        let files = (0..<12).map { Self.file("t\($0)", inherits: $0 == 11 ? "nord" : "t\($0 + 1)") }
        let library = ThemeLibrary(userFiles: files)
        let problem = #expect(throws: FileProblem.self) { try library.theme(named: "t0") }
        #expect(problem?.message == "inherits through more than 10 themes")
        #expect(try library.theme(named: "t2") != nil)
    }

    @Test func `an unknown parent is told with the nearest name`() {
        let library = ThemeLibrary(userFiles: [Self.file("mine", inherits: "draclua")])
        let problem = #expect(throws: FileProblem.self) { try library.theme(named: "mine") }
        #expect(problem?.message == "there is no theme draclua; did you mean dracula?")
    }

    @Test func `a problem of a parent names the parent's file`() {
        let library = ThemeLibrary(userFiles: [
            Self.file("child", inherits: "broken"), Self.file("broken", "colour = 1"),
        ])
        let problem = #expect(throws: FileProblem.self) { try library.theme(named: "child") }
        #expect(problem?.description.hasPrefix("/themes/broken.toml:4: unknown key colour") == true)
    }

    @Test func `a file beyond all size is refused unread`() {
        let long = ThemeLibrary.UserFile(
            name: "long",
            path: "long.toml",
            toml: "# " + String(repeating: "x", count: ConfigurationFile.bytesMax)
        )
        let library = ThemeLibrary(userFiles: [long])
        let problem = #expect(throws: FileProblem.self) { try library.theme(named: "long") }
        #expect(problem?.message == "longer than 65536 bytes")
    }

    @Test func `a name that nobody has is no theme`() throws {
        #expect(try ThemeLibrary.builtIn.theme(named: "../nord") == nil)
        #expect(try ThemeLibrary.builtIn.theme(named: "") == nil)
    }
}

@Suite struct SpellingTests {
    @Test(arguments: [
        ("freez", "freeze"), ("mvoe-down", "move-down"), ("quit", "quit"), ("xyzzy-plugh", nil),
        ("", nil),
    ])
    func `finds the nearest word or none`(typed: String, meant: String?) {
        let known = ["freeze", "move-down", "quit", "refresh"]
        #expect(Spelling.nearest(to: typed, among: known) == meant)
    }

    @Test func `a word beyond all length is near nothing`() {
        let long = String(repeating: "a", count: 100_000)
        #expect(Spelling.nearest(to: long, among: ["a"]) == nil)
    }
}

@Suite struct TextPainterTests {
    private let look = Appearance(
        foreground: .rgb(RGBColor(number: 0x282A36)),
        background: .named(12),
        attributes: [.bold, .underline]
    )

    @Test(arguments: [
        (["TERM": "xterm-256color"], "\u{1B}[1;4;38;5;236;104ma\u{1B}[0m"),
        (["TERM": "xterm", "COLORTERM": "truecolor"], "\u{1B}[1;4;38;2;40;42;54;104ma\u{1B}[0m"),
        (["TERM": "linux"], "\u{1B}[1;4;30;104ma\u{1B}[0m"),
        (["TERM": "xterm-256color", "NO_COLOR": "1"], "\u{1B}[1;4ma\u{1B}[0m"),
        (["TERM": "dumb"], "a"), ([:], "a"),
    ])
    func `paints as many colours as the terminal shows`(
        environment: [String: String],
        painted: String
    ) {
        let painter = TextPainter(environment: environment, isTerminal: true)
        #expect(painter.painted("a", as: look) == painted)
    }

    @Test func `a file gets no escape sequences`() {
        let environment = ["TERM": "xterm-256color", "COLORTERM": "truecolor"]
        let painter = TextPainter(environment: environment, isTerminal: false)
        #expect(painter.painted("a\u{1B}[2J", as: look) == "a\u{FFFD}[2J")
    }
}
