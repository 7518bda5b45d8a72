import DefaultThemes
import Testing

@testable import Terminal

@Suite struct ThemeTests {
    @Test func `every theme that comes with the program can be read`() throws {
        #expect(Theme.builtInNames == ["dark", "light", "monochrome"])
        for (name, bytes) in DefaultThemes.tomlByName {
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(try Theme.load(toml: text, file: name).name == name)
        }
    }

    @Test(arguments: ["dark", "light"])
    func `everything that must be read stands out from what is behind it`(name: String) throws {
        let theme = try #require(Theme.builtIn(name))
        let floors: [(Role, Double)] = [
            (.text, 4.5), (.muted, 4.5), (.selection, 4.5), (.header, 4.5), (.badge, 4.5),
            (.accent, 3), (.title, 3), (.key, 3), (.ok, 3), (.warn, 3), (.error, 3), (.info, 3),
            (.pending, 3), (.added, 3), (.removed, 3),
        ]
        for (role, floor) in floors {
            let ratio = try contrast(of: theme.appearance(of: role))
            #expect(ratio >= floor, "\(role) has \(ratio):1 in \(name)")
        }
    }

    @Test(arguments: ["dark", "light"], ColorDepth.allCases)
    func `no role disappears at any depth`(name: String, depth: ColorDepth) throws {
        guard depth != .mono else { return }
        let theme = try #require(Theme.builtIn(name))
        for role in Role.allCases {
            let look = theme.appearance(of: role)
            let foreground = look.foreground.number(at: depth)
            #expect(foreground != look.background.number(at: depth), "\(role)")
        }
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
        let theme = try Theme.load(
            toml: """
                schema = 1
                name = "small"
                variant = "dark"
                [roles]
                text = { fg = "#ffffff", bg = "black" }
                warn = { fg = "yellow" }
                """
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

    private func contrast(of look: Appearance) throws -> Double {
        let lights = try [look.foreground, look.background].map { color in
            guard case .rgb(let value, _, _) = color else {
                throw ThemeProblem(file: "", line: 0, message: "\(color) has no fixed value")
            }
            return luminance(value)
        }
        .sorted()
        return (lights[1] + 0.05) / (lights[0] + 0.05)
    }

    /// As <https://www.w3.org/TR/WCAG21/#dfn-relative-luminance> defines it.
    private func luminance(_ color: RGBColor) -> Double {
        func linear(_ value: UInt8) -> Double {
            let share = Double(value) / 255
            return share <= 0.03928 ? share / 12.92 : power((share + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * linear(color.red) + 0.7152 * linear(color.green)
            + 0.0722 * linear(color.blue)
    }
}

@Suite struct ThemeProblemTests {
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
        let problem = #expect(throws: ThemeProblem.self) {
            try Theme.load(toml: toml, file: "my.toml")
        }
        #expect(problem?.line == line)
        #expect(problem?.description.hasPrefix("my.toml:\(line): ") == true)
        #expect(message.isEmpty || problem?.message.contains(message) == true)
    }

    @Test func `a hostile file cannot write escapes into its own problem`() {
        let toml = Self.head + "[roles]\n\"\\u001b[2J\" = { fg = \"red\" }"
        let problem = #expect(throws: ThemeProblem.self) { try Theme.load(toml: toml) }
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
            let chosen = distance(color, RGBColor.of256(color.nearest256))
            let best = (UInt8(16)...255).map { distance(color, RGBColor.of256($0)) }.min()
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
            (["TERM": "xterm-256color", "COLORTERM": "truecolor"], "xterm-direct", true),
            (["TERM": "tmux-256color", "COLORTERM": "24bit"], "tmux-direct", true),
            (["TERM": "linux", "COLORTERM": "truecolor"], nil, true),
            (["TERM": "xterm-256color", "COLORTERM": "yes"], nil, true),
            (["TERM": "xterm-256color", "COLORTERM": "truecolor", "NO_COLOR": "0"], nil, false),
            (["TERM": "xterm-256color", "NO_COLOR": ""], nil, true),
        ] as [([String: String], String?, Bool)]
    )
    func `asks the environment about colours`(
        environment: [String: String],
        direct: String?,
        allowsColor: Bool
    ) {
        let request = ColorRequest(environment: environment)
        #expect(request.directTerminal == direct)
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

extension RGBColor {
    /// What xterm shows for an index from 16 on.
    fileprivate static func of256(_ index: UInt8) -> RGBColor {
        if index >= 232 {
            let level = 8 + 10 * (index - 232)
            return RGBColor(red: level, green: level, blue: level)
        }
        let steps: [UInt8] = [0, 95, 135, 175, 215, 255]
        let place = Int(index) - 16
        return RGBColor(
            red: steps[place / 36],
            green: steps[place / 6 % 6],
            blue: steps[place % 6]
        )
    }
}
