/// How many columns and rows a terminal has.
package struct TerminalSize: Hashable, Sendable {
    package var columns: Int
    package var rows: Int

    /// Negative measures count as none.
    package init(columns: Int, rows: Int) {
        self.columns = max(columns, 0)
        self.rows = max(rows, 0)
    }

    /// The whole screen as a rectangle.
    package var bounds: Rectangle {
        Rectangle(column: 0, row: 0, width: columns, height: rows)
    }
}

/// Where a cell is, counted from the upper left corner, from zero.
package struct Position: Hashable, Sendable {
    package var column: Int
    package var row: Int

    package init(column: Int, row: Int) {
        self.column = column
        self.row = row
    }
}

/// An area of cells; may be empty, never negative.
package struct Rectangle: Hashable, Sendable {
    package var column: Int
    package var row: Int
    package var width: Int
    package var height: Int

    package init(column: Int, row: Int, width: Int, height: Int) {
        self.column = column
        self.row = row
        self.width = max(width, 0)
        self.height = max(height, 0)
    }

    package var isEmpty: Bool { width == 0 || height == 0 }
    /// The first column to the right of the area.
    package var endColumn: Int { column + width }
    /// The first row below the area.
    package var endRow: Int { row + height }

    /// The area without a margin on every side, such as the inside of a box.
    package func inset(columns: Int = 1, rows: Int = 1) -> Rectangle {
        Rectangle(
            column: column + min(columns, width),
            row: row + min(rows, height),
            width: width - 2 * columns,
            height: height - 2 * rows
        )
    }

    /// The first `height` rows, and what is left below them.
    package func split(top height: Int) -> (top: Rectangle, rest: Rectangle) {
        let taken = min(max(height, 0), self.height)
        return (
            Rectangle(column: column, row: row, width: width, height: taken),
            Rectangle(column: column, row: row + taken, width: width, height: self.height - taken)
        )
    }

    /// The last `height` rows, and what is left above them.
    package func split(bottom height: Int) -> (rest: Rectangle, bottom: Rectangle) {
        let taken = min(max(height, 0), self.height)
        let parts = split(top: self.height - taken)
        return (parts.top, parts.rest)
    }

    /// The first `width` columns, and what is left to the right of them.
    package func split(left width: Int) -> (left: Rectangle, rest: Rectangle) {
        let taken = min(max(width, 0), self.width)
        return (
            Rectangle(column: column, row: row, width: taken, height: height),
            Rectangle(column: column + taken, row: row, width: self.width - taken, height: height)
        )
    }

    /// The last `width` columns, and what is left to the left of them.
    package func split(right width: Int) -> (rest: Rectangle, right: Rectangle) {
        let taken = min(max(width, 0), self.width)
        let parts = split(left: self.width - taken)
        return (parts.left, parts.rest)
    }

    /// An area of at most the given size in the middle of this one.
    package func centered(width: Int, height: Int) -> Rectangle {
        let fittedWidth = min(max(width, 0), self.width)
        let fittedHeight = min(max(height, 0), self.height)
        return Rectangle(
            column: column + (self.width - fittedWidth) / 2,
            row: row + (self.height - fittedHeight) / 2,
            width: fittedWidth,
            height: fittedHeight
        )
    }

    /// The cells that both areas cover.
    package func intersection(_ other: Rectangle) -> Rectangle {
        let left = max(column, other.column)
        let top = max(row, other.row)
        return Rectangle(
            column: left,
            row: top,
            width: min(endColumn, other.endColumn) - left,
            height: min(endRow, other.endRow) - top
        )
    }
}
