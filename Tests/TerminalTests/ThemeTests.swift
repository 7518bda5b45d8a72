import Testing

@testable import Terminal

@Suite struct ThemeTests {
    static let coloured = ThemeLibrary.builtInNames.filter {
        $0 != "monochrome" && !$0.hasPrefix("terminal-16")
    }

    @Test func `every theme that comes with the program can be read`() throws {
        #expect(
            ThemeLibrary.builtInNames == [
                "catppuccin-latte", "catppuccin-mocha", "colour-blind", "dracula", "gruvbox-dark",
                "gruvbox-light", "high-contrast", "monochrome", "nord", "solarized-dark",
                "solarized-light", "terminal-16", "terminal-16-light", "tokyo-night",
            ]
        )
        for name in ThemeLibrary.builtInNames {
            let theme = try #require(try ThemeLibrary.builtIn.theme(named: name))
            #expect(theme.name == name)
        }
    }

    @Test(arguments: ThemeLibrary.builtInNames)
    func `everything that must be read stands out from what is behind it`(name: String) throws {
        let theme = try #require(Theme.builtIn(name))
        for line in ThemeContrast(of: theme).lines {
            #expect(line.isMet, "\(line.role): \(String(describing: line)) in \(name)")
        }
    }

    @Test(arguments: [("high-contrast", 7.0), ("colour-blind", 4.5)])
    func `a theme for tired or different eyes keeps every role above a higher floor`(
        name: String,
        floor: Double
    ) throws {
        for line in ThemeContrast(of: try #require(Theme.builtIn(name))).lines {
            #expect(try #require(line.ratio) >= floor, "\(line.role)")
            #expect(try #require(line.ratio256) >= floor, "\(line.role)")
        }
    }

    /// Black, white and what lies between them are known figures.
    @Test(arguments: [
        ("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48), ("#ffffff", "#ffffff", 1.0),
        ("#f8f8f2", "#282a36", 13.36),
    ])
    func `measures contrast as WCAG defines it`(left: String, right: String, ratio: Double) throws {
        let found = try #require(ThemeContrast.ratio(RGBColor(hex: left), RGBColor(hex: right)))
        #expect(abs(found - ratio) < 0.01)
    }

    @Test func `a theme that cannot be read is told by role`() throws {
        let theme = try ThemeLibrary.builtIn.theme(
            toml: "schema = 1\nname = \"x\"\ninherits = \"nord\"\n[palette]\nnord13 = \"#404040\"",
            file: "x.toml"
        )
        let low = ThemeContrast(of: theme).lines.filter { !$0.isMet }.map(\.role)
        #expect(low == [.warn])
    }

    @Test func `what the owner of the terminal chose is not measured`() throws {
        let contrast = ThemeContrast(of: try #require(Theme.builtIn("terminal-16")))
        #expect(contrast.lines.allSatisfy { $0.ratio == nil && $0.isMet })
    }

    @Test(arguments: coloured, ColorDepth.allCases)
    func `no role disappears and the selection shows at any depth`(
        name: String,
        depth: ColorDepth
    ) throws {
        guard depth != .mono else { return }
        let theme = try #require(Theme.builtIn(name))
        for role in Role.allCases {
            let look = theme.appearance(of: role)
            let foreground = look.foreground.number(at: depth)
            #expect(foreground != look.background.number(at: depth), "\(role)")
        }
        let backgrounds = [Role.text, .selection].map {
            theme.appearance(of: $0).background.number(at: depth)
        }
        #expect(backgrounds[0] != backgrounds[1])
    }

    @Test(arguments: ["terminal-16", "terminal-16-light"])
    func `the terminal's own background stays behind its own colours`(name: String) throws {
        let theme = try #require(Theme.builtIn(name))
        for role in Role.allCases {
            #expect(theme.appearance(of: role).background == .standard)
        }
        #expect(theme.appearance(of: .selection).attributes == .reverse)
    }

    @Test func `monochrome states no colour and tells errors by emphasis`() throws {
        let theme = try #require(Theme.builtIn("monochrome"))
        for role in Role.allCases {
            #expect(theme.appearance(of: role).foreground == .standard)
            #expect(theme.appearance(of: role).background == .standard)
        }
        #expect(theme.appearance(of: .error).attributes == [.bold, .reverse])
        #expect(theme.appearance(of: .selection).attributes == .reverse)
    }

    @Test func `a role that is not stated looks like its parent`() throws {
        let theme = try ThemeLibrary.builtIn.theme(
            toml: """
                schema = 1
                name = "small"
                variant = "dark"
                [roles]
                text = { fg = "#ffffff", bg = "black" }
                warn = { fg = "yellow" }
                """,
            file: "small.toml"
        )
        #expect(theme.appearance(of: .error) == theme.appearance(of: .warn))
        #expect(theme.appearance(of: .removed).foreground == .named(3))
        #expect(theme.appearance(of: .removed).background == .named(0))
        #expect(theme.appearance(of: .header).foreground == .rgb(RGBColor(number: 0xFFFFFF)))
    }

    @Test func `every role leads to text`() {
        for role in Role.allCases {
            var steps = 0
            var current = role
            while let parent = current.parent, steps < 10 {
                current = parent
                steps += 1
            }
            #expect(current == .text)
        }
        #expect(Set(Role.allCases.map(\.letter)).count == Role.allCases.count)
    }
}

@Suite struct ThemeFileTests {
    private static let head = "schema = 1\nname = \"x\"\nvariant = \"dark\"\n"

    @Test(
        arguments: [
            ("name = \"x\"", 1, "schema must be 1"),
            ("schema = 2", 1, "schema must be 1"),
            ("schema = 1\nvariant = \"dark\"", 1, "name must be a text"),
            ("schema = 1\nname = 3", 2, "name must be a text"),
            ("schema = 1\nname = \"x\"\nvariant = \"blue\"", 3, "variant must be"),
            (head + "colour = 1", 4, "unknown key colour"),
            (head + "[pallete]\na = \"#000000\"", 4, "unknown key pallete"),
            (head + "[palette]\na = \"#00000\"", 5, "a must be"),
            (head + "[palette]\na = \"#00000g\"", 5, "a must be"),
            (head + "[palette]\na = \"#０00000\"", 5, "a must be"),
            (head + "[palette]\na = 7", 5, "a must be"),
            (head + "[palette]\na = { rgb = \"#000000\", x256 = 256 }", 5, "a must be"),
            (head + "[palette]\na = { rgb = \"#000000\", ansi = \"mauve\" }", 5, "a must be"),
            (head + "[palette]\na = { rgb = \"#000000\", x88 = 1 }", 5, "unknown key x88"),
            (head + "[roles]\n\ntext = \"red\"", 6, "text must be { fg"),
            (head + "[roles]\nwarning = { fg = \"red\" }", 5, "unknown role warning"),
            (head + "[roles]\nwarn = { fg = \"mauve\" }", 5, "not in the palette"),
            (head + "[roles]\nwarn = { foreground = \"red\" }", 5, "unknown key foreground"),
            (head + "[attributes]\nwarn = \"bold\"", 5, "warn must be a list"),
            (head + "[attributes]\nwarn = [\"blink\"]", 5, "warn may hold bold, dim"),
            (head + "palette = 3", 4, "palette must be a table"),
            (head + "[roles\n", 4, ""),
        ]
    )
    func `names the line and the fault`(toml: String, line: Int, message: String) {
        let problem = #expect(throws: FileProblem.self) {
            try ThemeLibrary.builtIn.theme(toml: toml, file: "my.toml")
        }
        #expect(problem?.line == line)
        #expect(problem?.description.hasPrefix("my.toml:\(line): ") == true)
        #expect(message.isEmpty || problem?.message.contains(message) == true)
    }

    @Test func `a hostile file cannot write escapes into its own problem`() {
        let toml = Self.head + "[roles]\n\"\\u001b[2J\" = { fg = \"red\" }"
        let problem = #expect(throws: FileProblem.self) {
            try ThemeLibrary.builtIn.theme(toml: toml, file: "my.toml")
        }
        #expect(problem?.message == "unknown role �[2J")
    }
}

@Suite struct TerminalColorTests {
    @Test(
        arguments: [
            ("#000000", 16), ("#ffffff", 231), ("#282a36", 236), ("#ff5555", 203), ("#8a8a8a", 245),
            ("#5f87ff", 69),
        ]
    )
    func `finds the nearest of 256`(hex: String, index: UInt8) throws {
        #expect(try #require(RGBColor(hex: hex)).nearest256 == index)
    }

    @Test func `the nearest of 256 is never beaten by another`() {
        var value: UInt32 = 1
        for _ in 0..<300 {
            value = (value &* 1_103_515_245 &+ 12_345) & 0xFF_FFFF
            let color = RGBColor(number: value)
            let chosen = distance(color, RGBColor(x256: color.nearest256))
            let best = (UInt8(16)...255).map { distance(color, RGBColor(x256: $0)) }.min()
            #expect(chosen == best, "\(color)")
        }
    }

    @Test func `direct colours avoid the eight numbers that mean named ones`() {
        for value in UInt32(0)...7 { #expect(RGBColor(number: value).number == 8) }
        #expect(TerminalColor.named(9).number(at: .rgb) == 0xFF_0000)
        #expect(TerminalColor.named(1).number(at: .rgb) == 1)
        #expect(TerminalColor.standard.number(at: .rgb) == -1)
    }

    @Test(arguments: ["", "#12345", "#1234567", "123456", "#12 456", "Red", "bright black"])
    func `refuses what is not a colour`(text: String) {
        #expect(TerminalColor(parsing: text) == nil)
    }

    @Test(
        arguments: [
            ([:], ["xterm-256color"], true),
            (["COLORTERM": "truecolor"], ["xterm-direct", "xterm-256color"], true),
            (["COLORTERM": "24bit", "TERM": "foot"], ["foot-direct", "foot"], true),
            (["COLORTERM": "truecolor", "TERM": "linux"], ["linux"], true),
            (["COLORTERM": "yes"], ["xterm-256color"], true),
            (["COLORTERM": "truecolor", "NO_COLOR": "0"], ["xterm-256color"], false),
            (["NO_COLOR": "yes"], ["xterm-256color"], false),
            (["NO_COLOR": ""], ["xterm-256color"], true),
            (["TERM": ""], [""], true),
        ] as [([String: String], [String], Bool)]
    )
    func `asks the environment about colours`(
        environment: [String: String],
        descriptions: [String],
        allowsColor: Bool
    ) {
        let own = ["TERM": "xterm-256color"].merging(environment) { $1 }
        let request = ColorRequest(environment: own)
        #expect(request.descriptions == descriptions)
        #expect(request.allowsColor == allowsColor)
    }

    @Test(arguments: [
        (1 << 24, ColorDepth.rgb), (256, .palette256), (88, .palette16), (8, .palette8),
    ])
    func `takes the depth from the number of colours`(count: Int, depth: ColorDepth) {
        #expect(ColorDepth(colorCount: count) == depth)
    }

    @Test(arguments: [0, -1, 2])
    func `too few colours are none`(count: Int) {
        #expect(ColorDepth(colorCount: count) == .mono)
    }

    private func distance(_ left: RGBColor, _ right: RGBColor) -> Int {
        let parts = [(left.red, right.red), (left.green, right.green), (left.blue, right.blue)]
        return parts.reduce(0) { $0 + (Int($1.0) - Int($1.1)) * (Int($1.0) - Int($1.1)) }
    }
}
