/// One column of a table.
package struct TableColumn: Equatable, Sendable {
    package var title: String
    /// Columns below which the table drops this column instead.
    package var widthMin: Int
    /// Columns above which spare room goes elsewhere.
    package var widthMax: Int
    /// When room is short the highest number goes first; 0 always stays.
    package var priority: Int
    package var alignment: TextAlignment

    package init(
        _ title: String,
        width: ClosedRange<Int>,
        priority: Int = 0,
        alignment: TextAlignment = .leading
    ) {
        self.title = title
        widthMin = max(width.lowerBound, 1)
        widthMax = max(width.upperBound, 1)
        self.priority = priority
        self.alignment = alignment
    }
}

/// One field of a row.
package struct TableCell: Equatable, Sendable, ExpressibleByStringInterpolation {
    package var text: String
    package var style: Style

    package init(_ text: String, style: Style = .text) {
        self.text = text
        self.style = style
    }

    package init(stringLiteral value: String) {
        self.init(value)
    }
}

/// One row, known by what it shows and never by where it stands.
package struct TableRow<ID: Hashable & Sendable>: Equatable, Sendable {
    package var id: ID
    package var cells: [TableCell]

    package init(id: ID, cells: [TableCell]) {
        self.id = id
        self.cells = cells
    }
}

/// Which column a table is sorted by.
package struct TableSort: Hashable, Sendable {
    package var column: Int
    package var isDescending: Bool

    package init(column: Int, isDescending: Bool = false) {
        self.column = column
        self.isDescending = isDescending
    }
}

/// Rows under a header, one of them selected by its identity.
///
/// Sorting and filtering are the caller's; the sort is only marked in the header.
package struct TableWidget<ID: Hashable & Sendable>: Equatable, Sendable {
    package var columns: [TableColumn]
    package var rows: [TableRow<ID>]
    package var selectedID: ID?
    /// The first row shown; see `TableScroll`.
    package var scrollOffset: Int
    package var sort: TableSort?
    package var isFocused: Bool
    /// Shown instead of rows when there are none.
    package var emptyText: String

    package init(
        columns: [TableColumn],
        rows: [TableRow<ID>],
        selectedID: ID? = nil,
        scrollOffset: Int = 0,
        sort: TableSort? = nil,
        isFocused: Bool = true,
        emptyText: String = "nothing here"
    ) {
        self.columns = columns
        self.rows = rows
        self.selectedID = selectedID
        self.scrollOffset = scrollOffset
        self.sort = sort
        self.isFocused = isFocused
        self.emptyText = emptyText
    }

    /// Draws the header in the area's first row and the rows below it.
    package func draw(into frame: inout Frame, in area: Rectangle, glyphs: Glyphs = .unicode) {
        guard !area.isEmpty else { return }
        let (header, body) = area.split(top: 1)
        let places = layout(width: area.width)
        drawHeader(into: &frame, in: header, places: places, glyphs: glyphs)
        if rows.isEmpty {
            frame.write(emptyText, in: body, style: .muted, glyphs: glyphs)
            return
        }
        let shown = rows.dropFirst(max(scrollOffset, 0)).prefix(body.height)
        for (line, row) in shown.enumerated() {
            let place = Rectangle(
                column: body.column,
                row: body.row + line,
                width: body.width,
                height: 1
            )
            draw(row, into: &frame, in: place, places: places, glyphs: glyphs)
        }
    }

    private func drawHeader(
        into frame: inout Frame,
        in area: Rectangle,
        places: [ColumnPlace],
        glyphs: Glyphs
    ) {
        frame.fill(area, style: .header)
        for place in places {
            let column = columns[place.index]
            var title = column.title
            if let sort, sort.column == place.index {
                title += sort.isDescending ? glyphs.descending : glyphs.ascending
            }
            let field = Rectangle(
                column: area.column + place.offset,
                row: area.row,
                width: place.width,
                height: 1
            )
            frame.write(
                title,
                in: field,
                style: .header,
                alignment: column.alignment,
                glyphs: glyphs
            )
        }
    }

    private func draw(
        _ row: TableRow<ID>,
        into frame: inout Frame,
        in area: Rectangle,
        places: [ColumnPlace],
        glyphs: Glyphs
    ) {
        for place in places where place.index < row.cells.count {
            let cell = row.cells[place.index]
            let field = Rectangle(
                column: area.column + place.offset,
                row: area.row,
                width: place.width,
                height: 1
            )
            frame.write(
                cell.text,
                in: field,
                style: cell.style,
                alignment: columns[place.index].alignment,
                glyphs: glyphs
            )
        }
        guard row.id == selectedID else { return }
        frame.restyle(area, style: isFocused ? .selection : Style.text.underlined)
    }
}

/// Where a column ended up.
struct ColumnPlace: Equatable {
    var index: Int
    var offset: Int
    var width: Int
}

extension TableWidget {
    /// Drops columns until the rest fit, then shares out the spare room from the left.
    func layout(width: Int) -> [ColumnPlace] {
        var kept = Array(columns.indices)
        while kept.count > 1, minimum(of: kept) > width {
            guard let victim = kept.max(by: { isKeptLonger($0, than: $1) }) else { break }
            kept.removeAll { $0 == victim }
        }
        var spare = max(width - minimum(of: kept), 0)
        var offset = 0
        return kept.map { index in
            let column = columns[index]
            let growth = min(spare, max(column.widthMax - column.widthMin, 0))
            spare -= growth
            let place = ColumnPlace(
                index: index,
                offset: offset,
                width: min(column.widthMin + growth, max(width - offset, 0))
            )
            offset += column.widthMin + growth + 1
            return place
        }
    }

    /// The least room the columns need, with one blank between neighbours.
    private func minimum(of kept: [Int]) -> Int {
        kept.reduce(kept.count - 1) { $0 + columns[$1].widthMin }
    }

    private func isKeptLonger(_ left: Int, than right: Int) -> Bool {
        (columns[left].priority, left) < (columns[right].priority, right)
    }
}

/// Keeps a selected row in sight.
package enum TableScroll {
    /// - Parameters:
    ///   - offset: The first row now shown.
    ///   - index: The row that must be in sight.
    ///   - visibleRows: How many rows there is room for.
    ///   - rowCount: How many rows there are.
    /// - Returns: The first row to show, moved as little as possible.
    package static func offset(
        _ offset: Int,
        revealing index: Int,
        visibleRows: Int,
        rowCount: Int
    ) -> Int {
        guard visibleRows > 0 else { return max(index, 0) }
        let last = max(rowCount - visibleRows, 0)
        let revealed = min(max(offset, index - visibleRows + 1), index)
        return min(max(revealed, 0), last)
    }
}
