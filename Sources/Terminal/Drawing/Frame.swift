/// One picture of the screen, as a value.
///
/// Everything written passes `SafeText`, so no frame can hold a scalar that steers a terminal.
/// A wide character is whole or absent: overwriting one half blanks the other.
package struct Frame: Equatable, Sendable {
    package let size: TerminalSize
    /// Row by row.
    package private(set) var cells: [Cell]
    /// Where the terminal's cursor is shown; nil hides it.
    package var cursor: Position?

    package init(size: TerminalSize) {
        self.size = size
        cells = Array(repeating: .blank(.text), count: size.columns * size.rows)
    }

    package var bounds: Rectangle { size.bounds }

    /// The cell at a place inside the frame.
    ///
    /// - Precondition: The place is within `size`.
    package subscript(column column: Int, row row: Int) -> Cell {
        cells[row * size.columns + column]
    }

    /// Writes one line of text, clipped to the frame and to `limit` columns.
    ///
    /// - Returns: The columns used, counting those clipped at the frame's edges.
    @discardableResult
    package mutating func write(
        _ text: String,
        column: Int,
        row: Int,
        style: Style = .text,
        width limit: Int = .max
    ) -> Int {
        var used = 0
        var isFull = limit <= 0
        SafeText.forEachColumn(of: text) { scalar, width in
            if isFull { return }
            guard used <= limit - width else {
                isFull = true
                return
            }
            put(scalar, width: width, column: column + used, row: row, style: style)
            used += width
        }
        return used
    }

    /// Writes text in exactly `area.width` columns of the area's first row.
    package mutating func write(
        _ text: String,
        in area: Rectangle,
        style: Style = .text,
        alignment: TextAlignment = .leading,
        glyphs: Glyphs = .unicode
    ) {
        guard !area.isEmpty else { return }
        let line = SafeText.fitted(text, to: area.width, alignment: alignment, glyphs: glyphs)
        write(line, column: area.column, row: area.row, style: style, width: area.width)
    }

    /// Makes every cell of the area empty.
    package mutating func fill(_ area: Rectangle, style: Style = .text) {
        let visible = area.intersection(bounds)
        for row in visible.row..<max(visible.endRow, visible.row) {
            for column in visible.column..<max(visible.endColumn, visible.column) {
                put(" ", width: 1, column: column, row: row, style: style)
            }
        }
    }

    /// Changes the style of what is already drawn, both halves of a wide character alike.
    package mutating func restyle(_ area: Rectangle, style: Style) {
        let visible = area.intersection(bounds)
        guard !visible.isEmpty else { return }
        for row in visible.row..<visible.endRow {
            let start = row * size.columns
            var first = start + visible.column
            var last = start + visible.endColumn
            if cells[first].isTail { first -= 1 }
            if last < start + size.columns, cells[last].isTail { last += 1 }
            for index in first..<last { cells[index].style = style }
        }
    }

    /// Draws a box around the area's edge, with a title in its upper side.
    package mutating func drawBox(
        _ area: Rectangle,
        title: String = "",
        style: Style = .border,
        titleStyle: Style = .title,
        glyphs: Glyphs = .unicode
    ) {
        guard area.width >= 2, area.height >= 2 else { return }
        let box = glyphs.box
        let side = String(repeating: box.horizontal, count: area.width - 2)
        let (left, bottom) = (area.column, area.endRow - 1)
        write(box.topLeft + side + box.topRight, column: left, row: area.row, style: style)
        write(box.bottomLeft + side + box.bottomRight, column: left, row: bottom, style: style)
        for row in area.row + 1..<bottom {
            write(box.vertical, column: left, row: row, style: style)
            write(box.vertical, column: area.endColumn - 1, row: row, style: style)
        }
        guard !title.isEmpty, area.width > 6 else { return }
        let label = " " + SafeText.truncated(title, to: area.width - 6, glyphs: glyphs) + " "
        write(label, column: left + 2, row: area.row, style: titleStyle)
    }

    /// Puts cells of an equally wide frame in place, unchecked by `SafeText` a second time.
    mutating func replaceCells(at start: Int, with replacement: [Cell]) {
        cells.replaceSubrange(start..<start + replacement.count, with: replacement)
    }

    private mutating func put(
        _ scalar: Unicode.Scalar,
        width: Int,
        column: Int,
        row: Int,
        style: Style
    ) {
        guard row >= 0, row < size.rows, column + width > 0, column < size.columns else { return }
        guard column >= 0, column + width <= size.columns else {
            // A wide character across the edge has room for half: a blank keeps the place.
            setCell(.blank(style), column: max(column, 0), row: row)
            return
        }
        setCell(Cell(scalar: scalar, width: width, style: style), column: column, row: row)
        if width == 2 { setCell(.tail(style), column: column + 1, row: row, isOwnTail: true) }
    }

    private mutating func setCell(_ cell: Cell, column: Int, row: Int, isOwnTail: Bool = false) {
        let index = row * size.columns + column
        if cells[index].isTail, !isOwnTail {
            cells[index - 1] = .blank(cells[index - 1].style)
        }
        if cells[index].width == 2, column + 1 < size.columns {
            cells[index + 1] = .blank(cells[index + 1].style)
        }
        cells[index] = cell
    }
}
