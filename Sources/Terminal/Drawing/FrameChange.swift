/// A run of cells in one row that differ from the frame before.
package struct FrameChange: Equatable, Sendable {
    package var row: Int
    package var column: Int
    package var cells: [Cell]
}

extension Frame {
    /// What must be painted to turn `old` into this frame.
    ///
    /// Runs never begin or end inside a wide character. A frame of another size is painted
    /// whole.
    package func changes(from old: Frame) -> [FrameChange] {
        guard size.columns > 0 else { return [] }
        guard size == old.size else {
            return (0..<size.rows).map { change(row: $0, columns: 0..<size.columns) }
        }
        if cells == old.cells { return [] }
        return (0..<size.rows).flatMap { row in
            changedColumns(row: row, from: old).map { change(row: row, columns: $0) }
        }
    }

    /// Runs closer than this are painted as one: moving the cursor costs as much.
    private static let gapColumnsMax = 4

    private func changedColumns(row: Int, from old: Frame) -> [Range<Int>] {
        let start = row * size.columns
        var runs: [Range<Int>] = []
        for column in 0..<size.columns where cells[start + column] != old.cells[start + column] {
            let run = whole(column, start: start)
            if let last = runs.last, run.lowerBound - last.upperBound < Self.gapColumnsMax {
                runs[runs.count - 1] = last.lowerBound..<max(run.upperBound, last.upperBound)
            } else {
                runs.append(run)
            }
        }
        return runs
    }

    /// The column, with the other half where it is part of a wide character.
    private func whole(_ column: Int, start: Int) -> Range<Int> {
        let first = cells[start + column].isTail ? column - 1 : column
        let isFollowedByTail =
            column + 1 < size.columns && cells[start + column + 1].isTail
        return first..<(isFollowedByTail ? column + 2 : column + 1)
    }

    private func change(row: Int, columns: Range<Int>) -> FrameChange {
        let start = row * size.columns
        return FrameChange(
            row: row,
            column: columns.lowerBound,
            cells: Array(cells[start + columns.lowerBound..<start + columns.upperBound])
        )
    }

    /// Applies what `changes(from:)` found.
    package mutating func apply(_ changes: [FrameChange]) {
        for change in changes {
            let start = change.row * size.columns + change.column
            replaceCells(at: start, with: change.cells)
        }
    }
}
