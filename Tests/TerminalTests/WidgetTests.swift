import Testing

@testable import Terminal

private func drawn(
    _ columns: Int,
    _ rows: Int,
    _ draw: (inout Frame, Rectangle) -> Void
) -> Frame {
    var frame = Frame(size: TerminalSize(columns: columns, rows: rows))
    draw(&frame, frame.bounds)
    return frame
}

@Suite struct TableWidgetTests {
    private func table() -> TableWidget<String> {
        TableWidget(
            columns: [
                TableColumn("CLIENT", width: 6...12),
                TableColumn("HITS", width: 5...5, priority: 1, alignment: .trailing),
                TableColumn("SEEN", width: 8...8, priority: 2),
            ],
            rows: [
                TableRow(id: "a", cells: ["10.0.0.1", TableCell("12", style: .ok), "12:00:01"]),
                TableRow(id: "b", cells: ["日本語の名前", TableCell("7", style: .error), "12:00:02"]),
                TableRow(id: "c", cells: ["evil\u{1B}[2J", "0"]),
            ],
            selectedID: "b",
            sort: TableSort(column: 1, isDescending: true)
        )
    }

    @Test func `draws header, rows and selection`() {
        let frame = drawn(28, 4) { table().draw(into: &$0, in: $1) }
        #expect(
            frame.text() == """
                CLIENT       HITS↓ SEEN
                10.0.0.1        12 12:00:01
                日本語の名前     7 12:00:02
                evil�[2J         0
                """
        )
        #expect(
            frame.roles() == """
                hhhhhhhhhhhhhhhhhhhhhhhhhhhh
                .............ooooo..........
                SSSSSSSSSSSSSSSSSSSSSSSSSSSS
                ............................
                """
        )
    }

    @Test func `drops the least important columns first`() {
        let frame = drawn(14, 2) { table().draw(into: &$0, in: $1) }
        #expect(frame.text() == "CLIENT   HITS↓\n10.0.0.1    12")
        let narrow = drawn(8, 2) { table().draw(into: &$0, in: $1) }
        #expect(narrow.text() == "CLIENT\n10.0.0.1")
        let tiny = drawn(3, 2) { table().draw(into: &$0, in: $1) }
        #expect(tiny.text() == "CL…\n10…")
    }

    @Test func `shows rows from the offset on`() {
        var scrolled = table()
        scrolled.scrollOffset = 2
        let frame = drawn(10, 3) { scrolled.draw(into: &$0, in: $1) }
        #expect(frame.text() == "CLIENT\nevil�[2J\n")
    }

    @Test func `says when there is nothing`() {
        var empty = table()
        empty.rows = []
        empty.emptyText = "no client yet"
        let frame = drawn(20, 2) { empty.draw(into: &$0, in: $1, glyphs: .ascii) }
        #expect(frame.text() == "CLIENT       HITSv\nno client yet")
    }

    @Test(
        arguments: [
            (0, 0, 5, 20, 0), (0, 4, 5, 20, 0), (0, 5, 5, 20, 1), (10, 3, 5, 20, 3),
            (18, 19, 5, 20, 15), (3, 0, 5, 2, 0), (0, 7, 0, 20, 7), (9, 2, 5, 0, 0),
        ]
    )
    func `scrolls as little as needed`(
        offset: Int,
        index: Int,
        visible: Int,
        count: Int,
        expected: Int
    ) {
        let scrolled = TableScroll.offset(
            offset,
            revealing: index,
            visibleRows: visible,
            rowCount: count
        )
        #expect(scrolled == expected)
    }
}

@Suite struct SparklineWidgetTests {
    @Test func `draws eight levels, the newest at the right`() {
        let line = SparklineWidget(values: [0, 1, 2, 3, 4, 5, 6, 7, 8])
        #expect(drawn(10, 1) { line.draw(into: &$0, in: $1) }.text() == "  ▁▂▃▄▅▆▇█")
        let ascii = drawn(10, 1) { line.draw(into: &$0, in: $1, glyphs: .ascii) }
        #expect(ascii.text() == "  .:-=+*##")
    }

    @Test func `uses every row there is`() {
        let line = SparklineWidget(values: [4, 12, 16], maximum: 16)
        #expect(drawn(3, 2) { line.draw(into: &$0, in: $1) }.text() == " ▄█\n▄██")
    }

    @Test func `shows something rare as something`() {
        let line = SparklineWidget(values: [1, 100_000])
        #expect(drawn(2, 1) { line.draw(into: &$0, in: $1) }.text() == "▁█")
    }

    @Test(
        arguments: [
            [Double.nan, 1], [Double.infinity, 1], [-Double.infinity, 1], [-5, 1],
        ]
    )
    func `draws nothing for what is no amount`(values: [Double]) {
        let line = SparklineWidget(values: values)
        #expect(drawn(2, 1) { line.draw(into: &$0, in: $1) }.text() == " █")
    }
}

@Suite struct TextFieldTests {
    @Test func `edits at the cursor`() {
        var field = TextField("10.0.0/8")
        field.handle(.left)
        field.handle(.left)
        field.insert(".0")
        #expect(field.text == "10.0.0.0/8")
        field.handle(.home)
        field.handle(.delete)
        field.handle(.end)
        field.handle(.backspace)
        #expect(field.text == "0.0.0.0/")
    }

    @Test(
        arguments: [
            (Key.control("u"), "", 0), (.control("k"), "one two", 7), (.control("w"), "one ", 4),
            (.control("a"), "one two", 0), (.backspace, "one tw", 6),
        ]
    )
    func `knows the usual editing keys`(key: Key, text: String, cursor: Int) {
        var field = TextField("one two")
        let isHandled = field.handle(key)
        #expect(isHandled)
        #expect(field.text == text)
        #expect(field.cursor == cursor)
    }

    @Test(arguments: [Key.enter, .escape, .tab, .up, .function(1), .alt("x"), .control("x")])
    func `leaves other keys to its owner`(key: Key) {
        var field = TextField("one")
        let isHandled = field.handle(key)
        #expect(!isHandled)
        #expect(field == TextField("one"))
    }

    @Test func `takes no control from a paste and stays within its bound`() {
        var field = TextField(scalarsMax: 8)
        field.insert("a\u{1B}[2J\u{202E}\nb0123456789")
        #expect(field.text == "a[2J b01")
    }

    @Test func `scrolls so that the cursor is in sight`() {
        let field = TextField("abcdefghij")
        let frame = drawn(5, 1) { field.draw(into: &$0, in: $1, isFocused: true) }
        #expect(frame.text() == "ghij")
        #expect(frame.cursor == Position(column: 4, row: 0))
    }

    @Test func `shows a secret as dots and nothing else`() {
        let field = TextField("hunter2", isMasked: true)
        let frame = drawn(10, 1) { field.draw(into: &$0, in: $1, isFocused: false) }
        #expect(frame.text() == "•••••••")
        #expect(frame.cursor == nil)
    }
}

@Suite struct DialogWidgetTests {
    private let dialog = DialogWidget(
        title: "Ban 10.0.0.9?",
        body: ["3 requests in the last minute", StyledLine("cannot be undone", style: .warn)],
        buttons: ["Cancel", "Ban"],
        isDangerous: true
    )

    @Test func `draws in the middle with the focus on its first button`() {
        let frame = drawn(37, 8) { dialog.draw(into: &$0, in: $1) }
        #expect(
            frame.text() == """

                  ┌─ Ban 10.0.0.9? ───────────────┐
                  │ 3 requests in the last minute │
                  │ cannot be undone              │
                  │                               │
                  │      [>Cancel<]  [ Ban ]      │
                  └───────────────────────────────┘

                """
        )
    }

    @Test func `moves the focus and presses`() {
        var dialog = dialog
        let keys: [Key] = [.tab, .enter, .tab, .enter, .escape, .character("y")]
        let outcomes = keys.map { dialog.handle($0) }
        #expect(
            outcomes == [.changed, .pressed(1), .changed, .pressed(0), .cancelled, .ignored]
        )
    }

    @Test(arguments: [(0, 0), (1, 1), (2, 3), (5, 2), (80, 1)])
    func `fits into any screen`(columns: Int, rows: Int) {
        let frame = drawn(columns, rows) { dialog.draw(into: &$0, in: $1) }
        #expect(frame.size == TerminalSize(columns: columns, rows: rows))
    }
}

@Suite struct FormWidgetTests {
    private var form: FormWidget {
        FormWidget(
            title: "Add to allowlist",
            fields: [
                FormField("Prefix", hint: "10.0.0.0/8 or 2001:db8::/32"),
                FormField("Reason", text: "office"),
            ],
            buttons: ["Cancel", "Review"]
        )
    }

    @Test func `draws fields, hints and problems`() {
        var form = form
        form.fields[1].problem = "too short"
        let frame = drawn(40, 8) { form.draw(into: &$0, in: $1, glyphs: .ascii) }
        #expect(
            frame.text() == """
                +- Add to allowlist -------------------+
                | Prefix                               |
                |        10.0.0.0/8 or 2001:db8::/32   |
                | Reason office                        |
                |        X too short                   |
                |                                      |
                |        [ Cancel ]  [ Review ]        |
                +--------------------------------------+
                """
        )
        #expect(frame.cursor == Position(column: 9, row: 1))
    }

    @Test func `goes through fields and buttons and presses the focused one`() {
        var form = form
        for key in [Key.character("1"), .enter, .character("!")] { _ = form.handle(key) }
        #expect(form.values == ["1", "office!"])
        let outcomes = [Key.tab, .right, .enter, .tab].map { form.handle($0) }
        #expect(outcomes == [.changed, .changed, .pressed(1), .changed])
        #expect(form.focus == 0)
    }

    @Test func `pastes into fields only`() {
        var form = form
        let isTaken = form.paste("10.0.0.0/8\n")
        #expect(isTaken)
        #expect(form.values[0] == "10.0.0.0/8 ")
        form.focus = 2
        let isTakenByButton = form.paste("q")
        #expect(!isTakenByButton)
    }

    @Test func `typing takes a field's problem away`() {
        var form = form
        form.fields[0].problem = "empty"
        _ = form.handle(.character("1"))
        #expect(form.fields[0].problem == nil)
    }

    @Test(arguments: [(0, 0), (1, 1), (4, 3), (12, 4), (80, 2)])
    func `fits into any screen`(columns: Int, rows: Int) {
        let frame = drawn(columns, rows) { form.draw(into: &$0, in: $1) }
        #expect(frame.size == TerminalSize(columns: columns, rows: rows))
    }
}

@Suite struct StatusBarTests {
    private let bar = StatusBar(
        leading: [StatusSegment("gw-01", style: .badge), StatusSegment("rev 412", priority: 2)],
        trailing: [StatusSegment("3 warnings", style: .warn, priority: 1)]
    )

    @Test(
        arguments: [
            (30, "gw-01  rev 412      3 warnings"), (26, "gw-01  rev 412  3 warnings"),
            (24, "gw-01         3 warnings"), (12, "gw-01"), (3, "gw…"), (0, ""),
        ]
    )
    func `drops what matters least when room is short`(columns: Int, text: String) {
        #expect(drawn(columns, 1) { bar.draw(into: &$0, in: $1) }.text() == text)
    }
}

@MainActor @Suite struct MemoryScreenTests {
    @Test func `remembers each distinct frame once`() {
        let screen = MemoryScreen(size: TerminalSize(columns: 4, rows: 1))
        var frame = Frame(size: screen.size)
        screen.show(frame)
        screen.show(frame)
        frame.write("x", column: 0, row: 0)
        screen.show(frame)
        #expect(screen.frames.count == 2)
        screen.close()
        screen.show(Frame(size: screen.size))
        #expect(screen.latest?.text() == "x")
    }
}
