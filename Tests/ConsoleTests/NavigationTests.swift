import Admin
import Policy
import Terminal
import Testing

@testable import Console

struct NavigationTests {
    @Test func `digits, Tab and minus go between screens`() {
        var console = ConsoleScript.live()
        console.press(.character("6"))
        #expect(console.model.screen == .limits)
        console.press(.tab)
        #expect(console.model.screen == .keys)
        console.press(.character("0"))
        #expect(console.model.screen == .revisions)
        console.press(.tab)
        #expect(console.model.screen == .overview)
        console.press(.backTab)
        #expect(console.model.screen == .revisions)
        console.press(.character("-"))
        #expect(console.model.screen == .overview)
    }

    @Test func `every screen says that everyone is anonymous when authentication is off`() {
        var document = ConsoleFixture.document
        document.authentication.isRequired = false
        var console = ConsoleScript.live(policy: ConsoleFixture.revision(document: document))
        for screen in ScreenName.allCases {
            console.type("\(screen.digit)")
            #expect(console.screen.contains("ANONYMOUS"), "\(screen)")
        }
        console.send(.resized(TerminalSize(columns: 30, rows: 1)))
        #expect(console.screen.contains("ANONYMOUS"))
    }

    @Test func `Esc never quits, q does`() {
        var console = ConsoleScript.live()
        console.press(.escape, .escape, .escape)
        #expect(!console.model.isOver)
        console.press(.character("q"))
        #expect(console.model.isOver)
        #expect(console.takeEffects() == [.quit])
    }

    @Test func `a paste outside a field is thrown away and said`() {
        var console = ConsoleScript.live()
        console.send(.pasted("7Dqqq", console.now))
        #expect(console.model.screen == .overview)
        #expect(!console.model.isOver)
        #expect(console.screen.contains("Pasted text was discarded"))
    }

    @Test func `pages move by what is in sight`() {
        let clients = (1...60).map { ConsoleFixture.client("10.0.1.\($0)", rate: UInt64($0)) }
        var console = ConsoleScript.live(snapshot: ConsoleFixture.snapshot(clients: clients))
        console.press(.character("2"), .pageDown)
        #expect(console.model.table.index == 17)
        console.press(.control("u"))
        #expect(console.model.table.index == 9)
        console.press(.character("G"))
        #expect(console.model.table.index == 59)
        console.press(.character("g"))
        #expect(console.model.table.index == 0)
    }

    @Test(arguments: [
        ("10.0.0", ["10.0.0.5", "10.0.0.9"]),
        ("address:2001", ["2001:db8:1:2::/64"]),
        ("2001:db8", ["2001:db8:1:2::/64"]),
        ("!10.0", ["2001:db8:1:2::/64"]),
        ("10.0 !state:allowed", ["10.0.0.9", "10.0.3.7"]),
        ("STATE:BANNED", ["10.0.3.7"]),
        ("nothing-like-it", []),
    ])
    func `filters rows by words, columns and their absence`(
        text: String,
        expected: [String]
    ) {
        var console = ConsoleScript.live()
        console.press(.character("2"), .character("/"))
        console.type(text)
        console.press(.enter)
        #expect(console.model.rows.map(\.entity.name) == expected)
        console.press(.escape)
        #expect(console.model.rows.count == 4)
    }

    @Test func `sorts by a letter, the next column and the other way round`() {
        var console = ConsoleScript.live()
        console.press(.character("2"), .character("s"))
        #expect(console.screen.contains("r:req/min"))
        console.press(.character("r"))
        #expect(console.model.rows.first?.entity.name == "2001:db8:1:2::/64")
        console.press(.character("r"))
        #expect(console.model.rows.first?.entity.name == "10.0.0.9")
        console.press(.character(">"))
        #expect(console.model.table.sortColumn == "denied")
        console.press(.character("<"), .character("<"))
        #expect(console.model.table.sortColumn == "state")
    }

    @Test func `the help is filtered by typing and Enter runs its entry`() {
        var console = ConsoleScript.live()
        console.press(.character("?"))
        #expect(console.screen.contains("Keys of Overview"))
        console.type("reverse")
        console.press(.enter)
        #expect(console.model.dialog == nil)
        #expect(console.model.table.isDescending == false)
    }

    @Test func `every binding's key does what the help says`() {
        for screen in ScreenName.allCases {
            for binding in KeyMap.standard.all(on: screen) {
                for key in binding.keys {
                    #expect(KeyMap.standard.action(for: key, on: screen) == binding.action)
                }
            }
        }
    }

    @Test func `completes commands and their arguments, and goes round`() {
        var console = ConsoleScript.live()
        console.type(":ro")
        #expect(console.screen.contains("Tab  rotate rollback"))
        console.press(.tab)
        #expect(console.model.prompt?.input.text == "rotate")
        console.press(.tab)
        #expect(console.model.prompt?.input.text == "rollback")
        console.press(.tab)
        #expect(console.model.prompt?.input.text == "rotate")
        console.type(" b")
        console.press(.tab)
        #expect(console.model.prompt?.input.text == "rotate b3Rt9wAa")
    }

    @Test func `says what a command takes, and that there is none`() {
        var console = ConsoleScript.live()
        console.type(":ban 192.0.2.1 2h")
        #expect(console.screen.contains("ban ADDRESS [TIME]"))
        console.press(.escape)
        console.type(":nonsense")
        #expect(console.screen.contains("no such command"))
    }

    @Test func `recalls earlier commands`() {
        var console = ConsoleScript.live()
        console.command("clients")
        console.command("keys")
        console.press(.character(":"), .up, .up)
        #expect(console.model.prompt?.input.text == "clients")
        console.press(.down)
        #expect(console.model.prompt?.input.text == "keys")
        console.press(.down)
        #expect(console.model.prompt?.input.isEmpty == true)
    }

    @Test(arguments: [
        ("nonsense", "There is no command nonsense"),
        ("ban", "Write ban ADDRESS [TIME]"),
        ("unban 10.0.0.5/8", "bits set after the prefix"),
        ("set limits.nothing 1", "There is no setting limits.nothing"),
        ("rollback -1", "a revision's number"),
        ("rollback 99999999999999999999", "a revision's number"),
        ("theme pink", "There is no theme pink: write one of nord, solarized-light."),
        ("revoke nobody", "There is no key nobody"),
    ])
    func `a command that cannot be is answered with what can`(line: String, words: String) {
        var console = ConsoleScript.live()
        console.command(line)
        #expect(console.screen.contains(words))
        #expect(console.takeEffects().isEmpty)
    }

    @Test(arguments: [(1, 1), (2, 1), (39, 24), (40, 7), (0, 0), (300, 100), (40, 8), (80, 2)])
    func `draws at any size`(columns: Int, rows: Int) {
        var console = ConsoleScript.live()
        console.send(.resized(TerminalSize(columns: columns, rows: rows)))
        for screen in ScreenName.allCases {
            console.type("\(screen.digit)")
            for key: Key in [.enter, .character("?"), .character("a"), .character("e")] {
                console.press(key)
                #expect(console.frame().size == TerminalSize(columns: columns, rows: rows))
                console.press(.escape, .escape)
            }
        }
    }
}
