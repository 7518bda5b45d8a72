import Terminal

/// The title of a table: what it is, how it is filtered and how much of it is shown.
enum ScreenTitle {
    static func draw(
        _ model: ConsoleModel,
        _ shown: ShownTable,
        into frame: inout Frame,
        in area: Rectangle,
        title: String? = nil,
        glyphs: Glyphs
    ) {
        let count = shown.rows.count
        let total = shown.content.rows.count
        var leading = [StatusSegment(title ?? model.screen.title, style: .title)]
        if !model.table.filter.isEmpty {
            leading.append(StatusSegment("/\(model.table.filter)", style: .pending))
        }
        let words = count == total ? "\(total)" : "\(count) of \(total)"
        StatusBar(
            leading: leading,
            trailing: [StatusSegment(words, style: .muted, priority: 1)]
        ).draw(into: &frame, in: area, glyphs: glyphs)
    }
}

/// The table of the screen in view.
enum ScreenTable {
    static func draw(
        _ model: ConsoleModel,
        _ shown: ShownTable,
        into frame: inout Frame,
        layout: ScreenLayout,
        glyphs: Glyphs
    ) {
        let area = layout.tableArea(on: model.screen)
        let content = shown.content
        let state = model.table
        let page = max(area.height - 1, 1)
        let isFiltered = !state.filter.isEmpty && !content.rows.isEmpty
        TableWidget(
            columns: content.columns.map(\.layout),
            rows: shown.rows.map { row($0, glyphs: glyphs) },
            selectedID: state.selected,
            scrollOffset: state.firstShown(page: page),
            sort: sort(state, content),
            emptyText: isFiltered ? "No row matches: Esc clears the filter." : content.emptyText
        ).draw(into: &frame, in: area, glyphs: glyphs)
    }

    private static func row(_ row: ScreenRow, glyphs: Glyphs) -> TableRow<Entity> {
        TableRow(
            id: row.entity,
            cells: row.cells.map { cell in
                let text = cell.mark.map { "\($0.sign(glyphs)) \(cell.text)" } ?? cell.text
                return TableCell(text, style: Style(cell.role))
            }
        )
    }

    private static func sort(_ state: TableState, _ content: ScreenContent) -> TableSort? {
        let name = state.sortColumn ?? content.defaultSort
        let column = content.columns.firstIndex { $0.name == name }
        return column.map {
            TableSort(column: $0, isDescending: state.isDescending(in: content))
        }
    }
}

/// Labels and values, one below the other.
enum DetailLines {
    private static let labelWidth = 12

    static func draw(
        _ lines: [DetailLine],
        into frame: inout Frame,
        in area: Rectangle,
        glyphs: Glyphs
    ) {
        for (index, line) in lines.prefix(area.height).enumerated() {
            let place = area.split(top: index).rest
            let (label, value) = place.split(left: min(labelWidth, place.width / 2))
            frame.write(line.label, in: label, style: .muted, glyphs: glyphs)
            frame.write(line.value, in: value, style: Style(line.role), glyphs: glyphs)
        }
    }

    /// For a dialog, where long values are wrapped and nothing is cut off.
    static func styled(_ lines: [DetailLine], width: Int) -> [StyledLine] {
        lines.flatMap { line in
            let room = max(width - labelWidth, 8)
            let pieces = LineWrap.wrapped(line.value, width: room)
            return pieces.enumerated().map { index, piece in
                let label = index == 0 ? line.label : ""
                let padded = label.padding(to: labelWidth)
                return StyledLine(padded + piece, style: Style(line.role))
            }
        }
    }
}

extension String {
    /// With spaces up to `width` columns; never cut.
    fileprivate func padding(to width: Int) -> String {
        self + String(repeating: " ", count: max(1, width - SafeText.width(of: self)))
    }
}
