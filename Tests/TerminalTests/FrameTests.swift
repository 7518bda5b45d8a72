import Testing

@testable import Terminal

@Suite struct FrameTests {
    private func frame(_ columns: Int, _ rows: Int) -> Frame {
        Frame(size: TerminalSize(columns: columns, rows: rows))
    }

    @Test func `a cell takes eight bytes`() {
        #expect(MemoryLayout<Cell>.stride == 8)
    }

    @Test func `shows text where it was written, in its style`() {
        var frame = frame(8, 2)
        let used = frame.write("denied", column: 1, row: 1, style: .error)
        #expect(used == 6)
        #expect(frame.text() == "\n denied")
        #expect(frame.roles() == "........\n.eeeeee.")
    }

    @Test(arguments: [(-3, 0), (0, -1), (8, 0), (0, 2), (-100, -100), (Int.min / 2, 0)])
    func `writing outside the frame changes nothing inside`(column: Int, row: Int) {
        var drawn = frame(8, 2)
        drawn.write("abc", column: column, row: row)
        #expect(drawn == frame(8, 2))
    }

    @Test func `clips at both edges and at the width given`() {
        var frame = frame(4, 1)
        frame.write("abcdefgh", column: -2, row: 0)
        #expect(frame.text() == "cdef")
        let used = frame.write("xyz", column: 0, row: 0, width: 2)
        #expect(used == 2)
        #expect(frame.text() == "xyef")
    }

    @Test(
        arguments: [
            (0, "x本"), (1, " x本"), (2, "日x"), (3, "日 x"),
        ]
    )
    func `overwriting half of a wide character blanks the other half`(column: Int, text: String) {
        var frame = frame(4, 1)
        frame.write("日本", column: 0, row: 0)
        frame.write("x", column: column, row: 0)
        let expected = column == 0 ? "x 本" : text
        #expect(frame.text() == expected)
        #expect(isWhole(frame))
    }

    @Test(arguments: [(-1, " 本"), (3, "   ")])
    func `a wide character across an edge becomes a blank`(column: Int, text: String) {
        var frame = frame(4, 1)
        frame.write(column < 0 ? "日本" : "日", column: column, row: 0)
        #expect(frame.text() == (column < 0 ? text : ""))
        #expect(isWhole(frame))
    }

    @Test func `restyling touches both halves of a wide character`() {
        var frame = frame(6, 1)
        frame.write("a日b", column: 0, row: 0)
        frame.restyle(Rectangle(column: 2, row: 0, width: 1, height: 1), style: .selection)
        #expect(frame.roles() == ".SS...")
        frame.restyle(Rectangle(column: 0, row: 0, width: 2, height: 1), style: .warn)
        #expect(frame.roles() == "www...")
    }

    @Test func `draws a box with its title`() {
        var frame = frame(14, 3)
        frame.drawBox(frame.bounds, title: "Keys")
        #expect(frame.text() == "┌─ Keys ─────┐\n│            │\n└────────────┘")
    }

    @Test func `draws the box in ASCII where the terminal knows no other`() {
        var frame = frame(6, 2)
        frame.drawBox(frame.bounds, glyphs: .ascii)
        #expect(frame.text() == "+----+\n+----+")
    }

    @Test(arguments: [(0, 0), (1, 1), (1, 0), (0, 5), (2, 2)])
    func `draws into the smallest frames without harm`(columns: Int, rows: Int) {
        var frame = frame(columns, rows)
        let area = Rectangle(column: 0, row: 0, width: 80, height: 24)
        frame.drawBox(area, title: "title")
        frame.fill(area, style: .header)
        frame.write("日本", column: 0, row: 0)
        frame.restyle(area, style: .selection)
        #expect(frame.cells.count == columns * rows)
        #expect(isWhole(frame))
    }

    @Test func `filling with wide characters beneath leaves no half behind`() {
        var frame = frame(6, 1)
        frame.write("日本語", column: 0, row: 0)
        frame.fill(Rectangle(column: 1, row: 0, width: 2, height: 1))
        #expect(frame.text() == "    語")
        #expect(isWhole(frame))
    }
}

@Suite struct FrameChangeTests {
    private let size = TerminalSize(columns: 23, rows: 5)

    @Test func `an equal frame needs no painting`() {
        var generator = SplitMix(seed: 7)
        let frame = randomFrame(size, &generator)
        #expect(frame.changes(from: frame).isEmpty)
    }

    @Test func `applying the changes to the old frame gives the new one`() {
        var generator = SplitMix(seed: 42)
        var old = Frame(size: size)
        for round in 0..<500 {
            var new = old
            scribble(on: &new, &generator)
            if round % 50 == 0 { new = randomFrame(size, &generator) }
            let changes = new.changes(from: old)
            var patched = old
            patched.apply(changes)
            #expect(patched == new)
            #expect(isWhole(new))
            #expect(changes.allSatisfy { !$0.cells[0].isTail })
            #expect(changes.allSatisfy { $0.cells.last?.width != 2 })
            old = new
        }
    }

    @Test func `one changed number is one short run`() {
        var old = Frame(size: size)
        old.write("requests 12 per second", column: 0, row: 2)
        var new = old
        new.write("13", column: 9, row: 2)
        let changes = new.changes(from: old)
        #expect(changes.map(\.row) == [2])
        #expect(changes.map(\.column) == [10])
        #expect(changes.map(\.cells.count) == [1])
    }

    @Test func `neighbouring changes are painted as one run, distant ones as two`() {
        let old = Frame(size: size)
        var new = old
        new.write("a", column: 0, row: 0)
        new.write("b", column: 3, row: 0)
        new.write("c", column: 15, row: 0)
        #expect(new.changes(from: old).map(\.column) == [0, 15])
    }

    @Test func `a frame of another size is painted whole`() {
        let changes = Frame(size: size).changes(from: Frame(size: .init(columns: 3, rows: 1)))
        #expect(changes.count == 5)
        #expect(changes.allSatisfy { $0.cells.count == 23 })
    }

    private func randomFrame(_ size: TerminalSize, _ generator: inout SplitMix) -> Frame {
        var frame = Frame(size: size)
        for _ in 0..<20 { scribble(on: &frame, &generator) }
        return frame
    }

    private func scribble(on frame: inout Frame, _ generator: inout SplitMix) {
        let words = ["ok", "日本", "denied", "🚀x", "é", " ", "한a한"]
        frame.write(
            words.randomElement(using: &generator) ?? "",
            column: Int.random(in: -3..<size.columns, using: &generator),
            row: Int.random(in: 0..<size.rows, using: &generator),
            style: Style(Role.allCases.randomElement(using: &generator) ?? .text)
        )
    }
}

/// Every wide character has its tail, and every tail its character.
private func isWhole(_ frame: Frame) -> Bool {
    (0..<frame.size.rows).allSatisfy { row in
        (0..<frame.size.columns).allSatisfy { column in
            let cell = frame[column: column, row: row]
            let next =
                column + 1 < frame.size.columns ? frame[column: column + 1, row: row] : nil
            return (cell.width == 2) == (next?.isTail == true)
        } && (frame.size.columns == 0 || !frame[column: 0, row: row].isTail)
    }
}

/// A small generator with a seed, so that a failure can be had again.
private struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
