import Admin
import Policy
import Telemetry
import Terminal
import Testing

@testable import Console

/// The settings of the console while it runs.
struct SettingsFlowTests {
    private func opened() -> ConsoleScript {
        var console = ConsoleScript.live()
        console.press(.character("o"))
        return console
    }

    @Test func `the theme that is chosen shows at once and Esc brings the old one back`() {
        var console = opened()
        #expect(console.screen.contains("Settings"))
        console.press(.right)
        #expect(console.takeEffects() == [.useTheme("nord")])
        #expect(console.model.themeName == "nord")
        console.press(.right)
        #expect(console.takeEffects() == [.useTheme("solarized-light")])
        console.press(.escape)
        #expect(console.takeEffects() == [.useTheme("terminal-16")])
        #expect(console.model.dialog == nil)
    }

    @Test func `Enter keeps what was chosen`() {
        var console = opened()
        console.press(.right, .enter)
        #expect(console.model.dialog == nil)
        #expect(console.model.themeName == "nord")
    }

    @Test func `each row changes its own value, and w writes them all`() {
        var console = opened()
        console.press(.down, .right, .down, .right, .down, .right, .down, .right)
        let settings = console.model.options.settings
        #expect(settings.format.zone == .local)
        #expect(settings.format.numbers == .full)
        #expect(settings.refreshSeconds == 2)
        #expect(settings.usesMouse)
        console.press(.character("w"))
        #expect(console.takeEffects() == [.useMouse(true), .saveSettings(settings)])
    }

    @Test func `a light background brings the light theme, a dark one brings it back`() {
        var console = ConsoleScript.live()
        console.send(.backgroundTold(isLight: true))
        #expect(console.takeEffects() == [.useTheme("terminal-16-light")])
        console.send(.backgroundTold(isLight: false))
        #expect(console.takeEffects() == [.useTheme("terminal-16")])
    }

    @Test func `a theme that was chosen stays on every background`() {
        var console = ConsoleScript.live()
        console.command("theme nord")
        _ = console.takeEffects()
        console.send(.backgroundTold(isLight: true))
        #expect(console.takeEffects().isEmpty)
        #expect(console.model.themeName == "nord")
    }

    @Test func `theme files that change are used again, and the list is new`() {
        var console = ConsoleScript.live()
        console.command("theme nord")
        _ = console.takeEffects()
        console.send(.themesChanged(["mine", "nord"]))
        #expect(console.takeEffects() == [.useTheme("nord")])
        console.send(.themesChanged(["mine"]))
        #expect(console.takeEffects().isEmpty)
        console.type(":theme m")
        console.press(.tab)
        #expect(console.screen.contains(":theme mine"))
    }

    @Test func `figures are replaced no oftener than the refresh says`() {
        var console = ConsoleScript.live()
        console.model.options.settings.refreshSeconds = 5
        let first = console.model.telemetry
        for second in 1...5 {
            console.wait(seconds: 1)
            var snapshot = ConsoleFixture.snapshot()
            snapshot.openConnections = 100 + second
            console.send(.received(.snapshot(snapshot), attempt: 1, console.now))
            if second < 5 { #expect(console.model.telemetry == first) }
        }
        #expect(console.model.telemetry?.openConnections == 105)
    }

    @Test func `clicks and the wheel do nothing unless they were asked for`() {
        var console = ConsoleScript.live()
        console.press(.character("2"))
        let before = console.model
        console.send(.mouse(.wheelDown, console.now))
        console.send(.mouse(.click(Position(column: 3, row: 7)), console.now))
        #expect(console.model == before)
    }

    @Test func `a click selects the row under it and nothing beside the table`() {
        var console = ConsoleScript.live()
        console.model.options.settings.usesMouse = true
        console.press(.character("2"))
        let area = ScreenLayout(size: console.model.size).tableArea(on: .clients)
        for (index, row) in console.model.rows.enumerated() {
            let place = Position(column: 2, row: area.row + 1 + index)
            console.send(.mouse(.click(place), console.now))
            #expect(console.model.table.selected == row.entity)
        }
        let selected = console.model.table.selected
        for row in [-1, 0, area.row, area.row + 1 + console.model.rows.count, 1_000] {
            console.send(.mouse(.click(Position(column: 2, row: row)), console.now))
            #expect(console.model.table.selected == selected)
        }
    }

    @Test func `the wheel moves the selection, and never decides anything in a review`() {
        var console = ConsoleScript.live()
        console.model.options.settings.usesMouse = true
        console.press(.character("2"))
        console.send(.mouse(.wheelDown, console.now))
        #expect(console.model.table.selected == console.model.rows[3].entity)
        console.press(.character("5"), .character("D"))
        console.answerPreview()
        _ = console.takeEffects()
        for _ in 0..<20 {
            console.send(.mouse(.wheelDown, console.now))
            console.send(.mouse(.wheelUp, console.now))
            console.send(.mouse(.click(Position(column: 40, row: 12)), console.now))
        }
        #expect(console.takeEffects().isEmpty)
        #expect(console.review?.focus == .cancel)
    }
}

/// `--readonly` over everything that a key or a command can do.
struct ReadOnlyTests {
    private func console() -> ConsoleScript {
        var options = ConsoleFixture.options
        options.isReadOnly = true
        return ConsoleScript.live(options: options)
    }

    private func expectNoEdit(_ console: inout ConsoleScript, _ words: String) {
        let isEdit = console.takeEffects().contains { effect in
            switch effect {
            case .commit, .preview, .previewRollBack: true
            default: false
            }
        }
        #expect(!isEdit, "\(words)")
        switch console.model.dialog {
        case .form, .review, .secret: Issue.record("\(words) opened \(console.screen)")
        default: break
        }
    }

    @Test(arguments: ScreenName.allCases)
    func `no key of any screen leads to an edit`(screen: ScreenName) {
        for binding in KeyMap.standard.all(on: screen) {
            for key in binding.keys {
                var console = console()
                _ = console.model.run(.go(screen))
                console.model.reconcileSelection()
                console.press(key)
                expectNoEdit(&console, "\(binding.title) on \(screen.title)")
            }
        }
    }

    @Test(arguments: ScreenName.allCases)
    func `no key in a detail leads to an edit`(screen: ScreenName) {
        for binding in KeyMap.standard.all(on: screen) where binding.action.isEdit {
            for key in binding.keys {
                var console = console()
                _ = console.model.run(.go(screen))
                console.model.reconcileSelection()
                console.press(.enter, key)
                expectNoEdit(&console, "\(binding.title) in a detail of \(screen.title)")
            }
        }
    }

    @Test func `no command leads to an edit`() {
        for command in Command.all where command.isEdit {
            for argument in ["", " 10.0.0.5", " k7Qm2xYz", " 3"] {
                var console = console()
                console.command(command.word + argument)
                expectNoEdit(&console, ":\(command.word)\(argument)")
            }
        }
    }

    @Test func `the header says so, and neither footer nor help offers an edit`() throws {
        var console = console()
        console.press(.character("7"))
        #expect(console.screen.contains("  RO  "))
        let footer = try #require(console.screen.split(separator: "\n").last)
        #expect(footer.contains("? help"))
        for word in ["create", "rotate", "revoke", "undo"] {
            #expect(!footer.contains(word), "\(word)")
        }
        console.press(.character("?"))
        #expect(!console.screen.contains("Revoke"))
        #expect(console.model.bindings.allSatisfy { !$0.action.isEdit })
    }
}
