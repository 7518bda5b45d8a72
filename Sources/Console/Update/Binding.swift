import Terminal

/// A key and what it does; the help and the footer are made of these.
struct Binding: Equatable, Sendable {
    let keys: [Key]
    /// As it is printed in the help.
    let keyText: String
    let action: Action
    let title: String
    /// Nil means every screen.
    let screens: Set<ScreenName>?
    /// The footer's word; nil keeps it out of the footer.
    let hint: String?

    init(
        _ keys: [Key],
        _ keyText: String,
        _ action: Action,
        _ title: String,
        on screens: Set<ScreenName>? = nil,
        hint: String? = nil
    ) {
        self.keys = keys
        self.keyText = keyText
        self.action = action
        self.title = title
        self.screens = screens
        self.hint = hint
    }

    func isValid(on screen: ScreenName) -> Bool {
        screens.map { $0.contains(screen) } ?? true
    }
}

extension Binding {
    static let all: [Binding] = general + questions + edits + navigation + views

    private static let callers: Set<ScreenName> = [.overview, .clients, .authFailures]

    private static let general = [
        Binding([.character("?"), .function(1)], "?", .help, "This help", hint: "help"),
        Binding([.character("/")], "/", .filter, "Filter the rows", hint: "filter"),
        Binding([.character(":")], ":", .command, "Command line", hint: "cmd"),
        Binding(
            [.enter, .character("d")],
            "Enter",
            .openDetail,
            "Everything about the row",
            hint: "detail"
        ),
    ]

    private static let questions = [
        Binding(
            [.character("w")],
            "w",
            .check,
            "Would this address be let in, and by which rule?",
            on: [.accessLists],
            hint: "check"
        ),
        Binding(
            [.character("=")],
            "=",
            .compare,
            "Compare with the marked revision, or the one before",
            on: [.revisions],
            hint: "compare"
        ),
        Binding(
            [.character(" ")],
            "Space",
            .mark,
            "Mark a revision to compare others with",
            on: [.revisions],
            hint: "mark"
        ),
    ]

    private static let edits = [
        Binding(
            [.character("a")],
            "a",
            .add,
            "Add an address",
            on: [.accessLists],
            hint: "add"
        ),
        Binding([.character("a")], "a", .add, "Ban an address", on: [.blocked], hint: "ban"),
        Binding(
            [.character("a")],
            "a",
            .add,
            "Allow or deny the client",
            on: callers,
            hint: "allow"
        ),
        Binding([.character("a")], "a", .add, "Create a key", on: [.keys], hint: "create"),
        Binding(
            [.character("a")],
            "a",
            .add,
            "Approve the changed tool as it is now",
            on: [.tools],
            hint: "approve"
        ),
        Binding([.character("a")], "a", .add, "Add a server", on: [.upstreams], hint: "add"),
        Binding(
            [.character("e")],
            "e",
            .edit,
            "Edit the row",
            on: [.accessLists, .limits, .upstreams],
            hint: "edit"
        ),
        Binding(
            [.character("e")],
            "e",
            .edit,
            "Say what a changed tool means",
            on: [.tools],
            hint: "pinning"
        ),
        Binding(
            [.character("e")],
            "e",
            .edit,
            "Disable or enable the key",
            on: [.keys],
            hint: "disable"
        ),
        Binding([.character("R")], "R", .rotate, "Rotate the key", on: [.keys], hint: "rotate"),
        Binding(
            [.character("R")],
            "R",
            .rollBack,
            "Roll back to this revision",
            on: [.revisions],
            hint: "roll back"
        ),
        Binding(
            [.character("x"), .character("D")],
            "D",
            .remove,
            "Remove the entry",
            on: [.accessLists],
            hint: "remove"
        ),
        Binding(
            [.character("x"), .character("D")],
            "D",
            .remove,
            "Lift the ban or block",
            on: [.blocked],
            hint: "lift"
        ),
        Binding(
            [.character("x"), .character("D")],
            "D",
            .remove,
            "Revoke the key for ever",
            on: [.keys],
            hint: "revoke"
        ),
        Binding(
            [.character("x"), .character("D")],
            "D",
            .remove,
            "Take the server away",
            on: [.upstreams],
            hint: "remove"
        ),
        Binding(
            [.character("b")],
            "b",
            .ban,
            "Block changed tools until they are approved",
            on: [.tools],
            hint: "block"
        ),
        Binding([.character("b")], "b", .ban, "Ban or unban the client", on: callers, hint: "ban"),
        Binding(
            [.character("A")],
            "A",
            .access,
            "Change what the key may do",
            on: [.keys],
            hint: "access"
        ),
        Binding([.character("L")], "L", .lockdown, "Close the gate, or open it again"),
        Binding([.character("c")], "c", .commitStaged, "Review what is staged and commit it"),
        Binding([.character("u")], "u", .undo, "Undo the last edit of the policy", hint: "undo"),
    ]

    private static let navigation = [
        Binding([.character("j"), .down], "j", .moveDown, "Down"),
        Binding([.character("k"), .up], "k", .moveUp, "Up"),
        Binding([.character("g"), .home], "g", .moveToFirst, "First row"),
        Binding([.character("G"), .end], "G", .moveToLast, "Last row"),
        Binding([.pageDown, .control("f")], "PgDn", .pageDown, "Page down"),
        Binding([.pageUp, .control("b")], "PgUp", .pageUp, "Page up"),
        Binding([.control("d")], "^d", .halfPageDown, "Half a page down"),
        Binding([.control("u")], "^u", .halfPageUp, "Half a page up"),
        Binding([.tab, .character("l"), .right], "Tab", .nextScreen, "Next screen"),
        Binding(
            [.backTab, .character("h"), .left],
            "S-Tab",
            .previousScreen,
            "Previous screen"
        ),
        Binding([.character("-")], "-", .lastScreen, "The screen before this one"),
    ]

    private static let views =
        ScreenName.allCases.map { screen in
            Binding(
                [.character(screen.digit)],
                "\(screen.digit)",
                .go(screen),
                screen.title
            )
        } + [
            Binding([.character("s")], "s", .chooseSort, "Sort by the column of a letter"),
            Binding([.character(">")], ">", .sortNext, "Sort by the next column"),
            Binding([.character("<")], "<", .sortPrevious, "Sort by the previous column"),
            Binding([.character("r")], "r", .reverseSort, "Reverse the order"),
            Binding([.character("p"), .character("Z")], "p", .freeze, "Freeze the display"),
            Binding([.character("y")], "y", .copy, "Copy the row's name to the clipboard"),
            Binding([.control("r"), .function(5)], "^r", .refresh, "Reconnect and load anew"),
            Binding([.control("l")], "^l", .redraw, "Paint the screen again"),
            Binding([.character("o"), .function(2)], "o", .settings, "Settings of this console"),
            Binding([.control("z")], "^z", .suspend, "Suspend"),
            Binding([.escape], "Esc", .clear, "Clear the filter, close"),
            Binding([.character("q"), .control("c")], "q", .back, "Back, quit", hint: "quit"),
            Binding([.function(10)], "F10", .quit, "Quit"),
        ]
}
