import Terminal

/// What clicks and the wheel do, for those who asked for them.
extension ConsoleModel {
    private static let wheelRows = 3

    mutating func follow(_ mouse: MouseAction) -> [ConsoleEffect] {
        guard options.settings.usesMouse else { return [] }
        switch mouse {
        case .wheelUp: return scroll(by: -1)
        case .wheelDown: return scroll(by: 1)
        case .click(let place):
            if open == nil, prompt == nil { selectRow(at: place) }
            return []
        }
    }

    /// In a dialog as the arrow keys do; a wheel never decides anything.
    private mutating func scroll(by step: Int) -> [ConsoleEffect] {
        if let open { return press(step < 0 ? .up : .down, in: open.dialog) }
        guard prompt == nil else { return [] }
        var state = table
        state.move(by: step * Self.wheelRows, in: rows)
        table = state
        return []
    }

    private mutating func selectRow(at place: Position) {
        let area = ScreenLayout(size: size).tableArea(on: screen)
        let rows = rows
        // The first row of the area is the table's header.
        let line = place.row - area.row - 1
        let index = table.firstShown(page: max(area.height - 1, 1)) + line
        guard line >= 0, place.row < area.endRow, area.column..<area.endColumn ~= place.column,
            rows.indices.contains(index)
        else { return }
        var state = table
        state.move(by: index - state.index, in: rows)
        state.selection = .row(rows[index].entity)
        table = state
    }
}
