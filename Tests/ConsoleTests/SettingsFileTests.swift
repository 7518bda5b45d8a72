import Policy
import Terminal
import Testing

@testable import Console

struct SettingsFileTests {
    private static let themes = ["nord", "solarized-light", "terminal-16", "terminal-16-light"]

    private func settings(_ toml: String) throws -> ConsoleSettings {
        try SettingsFile.settings(toml: toml, file: "console.toml", themeNames: Self.themes)
    }

    @Test func `an empty file changes nothing`() throws {
        #expect(try settings("") == ConsoleSettings())
        #expect(try settings("# nothing yet\n[keys]\n") == ConsoleSettings())
    }

    @Test func `every setting is read`() throws {
        let read = try settings(
            """
            theme = { dark = "nord", light = "solarized-light" }
            refresh_seconds = 5
            time_zone = "local"
            numbers = "full"
            mouse = true
            [keys]
            freeze = "ctrl-x"
            settings = ["f3", ";"]
            """
        )
        #expect(read.theme == ThemePreference(dark: "nord", light: "solarized-light"))
        #expect(read.refreshSeconds == 5)
        #expect(read.format.zone == .local)
        #expect(read.format.numbers == .full)
        #expect(read.usesMouse)
        #expect(read.keyMap.action(for: .control("x"), on: .keys) == .freeze)
        #expect(read.keyMap.action(for: .function(3), on: .keys) == .settings)
        #expect(read.keyMap.action(for: .character(";"), on: .overview) == .settings)
    }

    @Test(arguments: [
        ("them = \"nord\"", "1: unknown key them"),
        ("theme = \"nrod\"", "1: there is no theme nrod; did you mean nord?"),
        ("theme = 3", "1: theme must be a name"),
        ("theme = { dark = \"nord\" }", "1: theme must be a name"),
        ("theme = { dark = \"nord\", light = \"x\" }", "1: there is no theme x"),
        ("mouse = true\nrefresh_seconds = 0", "2: refresh_seconds must be"),
        ("refresh_seconds = 61", "1: refresh_seconds must be"),
        ("refresh_seconds = 1.5", "1: refresh_seconds must be"),
        ("mouse = \"on\"", "1: mouse must be true or false"),
        ("time_zone = \"Mars/Olympus\"", "1: time_zone must be UTC, local"),
        ("time_zone = \"../../etc/passwd\"", "1: time_zone must be UTC, local"),
        ("numbers = \"roman\"", "1: numbers must be short or full"),
        ("keys = 3", "1: keys must be a table"),
        ("[keys]\nfreez = \"x\"", "2: unknown action freez; did you mean freeze?"),
        ("[keys]\nfreeze = 3", "2: freeze must be a key, or a list of keys"),
        ("[keys]\nfreeze = []", "2: freeze must be a key, or a list of keys"),
        ("[keys]\nfreeze = \"hyper-x\"", "2: hyper-x is no key"),
        ("[keys]\nfreeze = \"ctrl-z\"", "2: freeze: ^z always means suspend"),
        ("[keys]\n\nfreeze = \"i\"\nhelp = \"i\"", "3: freeze: i is given to help too"),
        ("theme = \"nord", "1: "),
    ])
    func `a wrong file is refused by its line, with the nearest word`(toml: String, words: String) {
        let problem = #expect(throws: FileProblem.self) { try settings(toml) }
        #expect(
            problem?.description.hasPrefix("console.toml:\(words)") == true,
            "\(problem as Any)"
        )
    }

    @Test func `a file cannot write escapes into its own problem`() {
        let problem = #expect(throws: FileProblem.self) {
            try settings("[keys]\n\"\\u001b]52;c;x\" = \"x\"")
        }
        #expect(problem?.message.contains("\u{1B}") == false)
    }

    @Test func `what is written is read as the same, and other lines stay`() throws {
        let toml = """
            # mine
            mouse = false  # for now
            theme = "nord"

            [keys]
            # F is for freeze
            freeze = "F"
            """
        var changed = try settings(toml)
        changed.usesMouse = true
        changed.theme = ThemePreference(dark: "nord", light: "solarized-light")
        changed.format.zone = .local
        changed.format.numbers = .full
        changed.refreshSeconds = 10
        let text = SettingsFile.text(of: changed, in: toml)
        #expect(try settings(text) == changed)
        #expect(text.contains("# mine\n"))
        #expect(text.contains("# F is for freeze\nfreeze = \"F\""))
        #expect(SettingsFile.text(of: changed, in: text) == text)
        #expect(try settings(SettingsFile.text(of: ConsoleSettings(), in: "")) == ConsoleSettings())
    }
}

struct KeyMapTests {
    private func rebound(_ wanted: [String: [Key]]) -> (map: KeyMap, problem: String?) {
        var map = KeyMap.standard
        let wrong = map.rebind(wanted)
        return (map, wrong.map { "\($0.action) \($0.problem)" })
    }

    @Test func `a key given to another action no longer does what it did`() {
        let (map, problem) = rebound(["freeze": [.character("n")], "copy": [.character("p")]])
        #expect(problem == nil)
        #expect(map.action(for: .character("n"), on: .clients) == .freeze)
        #expect(map.action(for: .character("p"), on: .clients) == .copy)
        #expect(map.action(for: .character("Z"), on: .clients) == nil)
        #expect(map.action(for: .character("y"), on: .clients) == nil)
    }

    @Test func `an action may not be left without a key by accident`() {
        let (_, problem) = rebound(["freeze": [.character("y")]])
        #expect(problem == "freeze would leave copy without a key; give it one too")
    }

    @Test func `one of several keys may be taken`() {
        let (map, problem) = rebound(["freeze": [.character("j")]])
        #expect(problem == nil)
        #expect(map.action(for: .character("j"), on: .clients) == .freeze)
        #expect(map.action(for: .down, on: .clients) == .moveDown)
    }

    @Test func `the same key may do different things on screens that share nothing`() {
        let (map, problem) = rebound(["rotate": [.character("i")]])
        #expect(problem == nil)
        #expect(map.action(for: .character("i"), on: .keys) == .rotate)
        #expect(map.action(for: .character("i"), on: .limits) == nil)
    }

    @Test func `the help and the footer print the key that holds now`() {
        let (map, _) = rebound(["filter": [.control("t")]])
        var console = ConsoleScript.live()
        console.model.options.settings.keyMap = map
        #expect(console.screen.contains("^t filter"))
        console.press(.control("t"))
        #expect(console.model.prompt?.kind == .filter)
    }

    @Test func `every action has one name that can be written in a file`() {
        #expect(Set(KeyMap.actionNames).count == KeyMap.actionNames.count)
        for name in KeyMap.actionNames {
            #expect(name.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "-" }, "\(name)")
        }
        #expect(KeyMap.actionNames.contains("move-down"))
        #expect(KeyMap.actionNames.contains("go-clients"))
    }

    @Test(arguments: [
        ("x", Key.character("x")), ("X", .character("X")), ("ctrl-x", .control("x")),
        ("alt-x", .alt("x")), ("f12", .function(12)), ("f", .character("f")), ("esc", .escape),
        ("page-down", .pageDown), ("space", .character(" ")), ("-", .character("-")),
        ("é", .character("é")),
    ])
    func `reads the names of keys`(name: String, key: Key) {
        #expect(KeyName.key(name) == key)
    }

    @Test(arguments: [
        "", "xx", "ctrl-", "ctrl-X", "ctrl-xx", "f0", "f64", "f-1", "hyper-x", "alt-", "\u{1B}",
        "\u{202E}", "👩‍👩‍👧", "e\u{301}\u{301}", "ctrl-é",
    ])
    func `refuses what names no key`(name: String) {
        #expect(KeyName.key(name) == nil)
    }
}

struct TextFormatTests {
    private let noon = Timestamp(millisecondsSince1970: 1_782_043_200_000)

    @Test(arguments: [
        ("UTC", "12:00:00", "UTC"), ("Europe/Berlin", "14:00:00", "+02:00"),
        ("Asia/Kolkata", "17:30:00", "+05:30"), ("America/New_York", "08:00:00", "-04:00"),
        ("Africa/Abidjan", "12:00:00", "UTC"),
    ])
    func `shows times in the zone of the settings`(
        name: String,
        clock: String,
        label: String
    ) throws {
        let zone = try #require(DisplayZone.named(name))
        TextFormat.$current.withValue(TextFormat(zone: zone)) {
            #expect(TimeText.clock(noon) == clock)
        }
        #expect(zone.label(at: noon) == label)
    }

    @Test(arguments: [Int64.max, .min, 253_402_300_800_000, -1])
    func `no moment of the network stops a zone`(milliseconds: Int64) throws {
        let zone = try #require(DisplayZone.named("Asia/Kolkata"))
        TextFormat.$current.withValue(TextFormat(zone: zone)) {
            #expect(!TimeText.date(Timestamp(millisecondsSince1970: milliseconds)).isEmpty)
        }
    }

    @Test func `full numbers keep all their digits`() {
        #expect(NumberText.short(1_234_567) == "1.2M")
        TextFormat.$current.withValue(TextFormat(numbers: .full)) {
            #expect(NumberText.short(1_234_567) == "1234567")
        }
    }
}
