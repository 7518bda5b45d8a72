/// One line of text being edited, scalar by scalar.
package struct TextField: Equatable, Sendable {
    private var scalars: [Unicode.Scalar]
    /// Between scalars: 0 stands before the first.
    package private(set) var cursor: Int
    /// Scalars beyond which nothing more is accepted.
    package let scalarsMax: Int
    /// Shows every scalar as the mask glyph.
    package var isMasked: Bool

    package init(_ text: String = "", scalarsMax: Int = 1_024, isMasked: Bool = false) {
        self.scalarsMax = max(scalarsMax, 0)
        self.isMasked = isMasked
        scalars = Array(text.unicodeScalars.prefix(self.scalarsMax))
        cursor = scalars.count
    }

    package var text: String {
        get {
            var view = String.UnicodeScalarView()
            view.append(contentsOf: scalars)
            return String(view)
        }
        set {
            scalars = Array(newValue.unicodeScalars.prefix(scalarsMax))
            cursor = scalars.count
        }
    }

    package var isEmpty: Bool { scalars.isEmpty }

    /// Edits or moves; false when the key means nothing here.
    @discardableResult
    package mutating func handle(_ key: Key) -> Bool {
        switch key {
        case .character(let character): insert(String(character))
        case .backspace: deleteBackward()
        case .delete, .control("d"): deleteForward()
        case .left, .control("b"): cursor = max(cursor - 1, 0)
        case .right, .control("f"): cursor = min(cursor + 1, scalars.count)
        case .home, .control("a"): cursor = 0
        case .end, .control("e"): cursor = scalars.count
        case .control("u"): deleteToStart()
        case .control("k"): scalars.removeSubrange(cursor...)
        case .control("w"): deleteWord()
        default: return false
        }
        return true
    }

    /// Inserts at the cursor what is printable, as far as there is room; line ends become spaces.
    package mutating func insert(_ addition: String) {
        let room = scalarsMax - scalars.count
        let accepted = addition.unicodeScalars
            .map { $0 == "\n" || $0 == "\r" || $0 == "\t" ? " " : $0 }
            .filter { SafeText.isPrintable($0) }
            .prefix(max(room, 0))
        scalars.insert(contentsOf: accepted, at: cursor)
        cursor += accepted.count
    }

    /// Overwrites the content with spaces before forgetting it, for secrets.
    package mutating func clear() {
        for index in scalars.indices { scalars[index] = " " }
        scalars.removeAll()
        cursor = 0
    }

    private mutating func deleteBackward() {
        guard cursor > 0 else { return }
        cursor -= 1
        scalars.remove(at: cursor)
    }

    private mutating func deleteForward() {
        guard cursor < scalars.count else { return }
        scalars.remove(at: cursor)
    }

    private mutating func deleteToStart() {
        scalars.removeSubrange(..<cursor)
        cursor = 0
    }

    private mutating func deleteWord() {
        let before = scalars[..<cursor]
        let trimmed = before.lastIndex { $0 != " " }.map { before[...$0] } ?? before.prefix(0)
        let start = trimmed.lastIndex { $0 == " " }.map { $0 + 1 } ?? 0
        scalars.removeSubrange(start..<cursor)
        cursor = start
    }
}

extension TextField {
    /// Draws the part around the cursor, and puts the frame's cursor there when focused.
    package func draw(
        into frame: inout Frame,
        in area: Rectangle,
        isFocused: Bool,
        style: Style = .text,
        glyphs: Glyphs = .unicode
    ) {
        guard !area.isEmpty else { return }
        let fieldStyle = isFocused ? style.underlined : style
        frame.fill(
            Rectangle(column: area.column, row: area.row, width: area.width, height: 1),
            style: fieldStyle
        )
        let shown = isMasked ? scalars.map { _ in glyphs.mask } : scalars
        let first = firstShown(shown, width: area.width)
        frame.write(
            TextField.string(shown[first...]),
            column: area.column,
            row: area.row,
            style: fieldStyle,
            width: area.width
        )
        guard isFocused else { return }
        let column = SafeText.width(of: TextField.string(shown[first..<cursor]))
        frame.cursor = Position(column: area.column + column, row: area.row)
    }

    /// The scalar at the left edge, such that the cursor's column is inside `width`.
    private func firstShown(_ shown: [Unicode.Scalar], width: Int) -> Int {
        var used = 1
        var first = cursor
        while first > 0 {
            used += SafeText.width(of: String(shown[first - 1]))
            if used > width { break }
            first -= 1
        }
        return first
    }

    private static func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }
}
