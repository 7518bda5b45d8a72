extension Frame {
    /// The characters, one line per row, trailing spaces kept out; for golden tests.
    package func text() -> String {
        lines { row in
            var line = String.UnicodeScalarView()
            for column in 0..<size.columns {
                if let scalar = self[column: column, row: row].character { line.append(scalar) }
            }
            return String(line)
        }
    }

    /// The roles, one letter per cell, one line per row.
    package func roles() -> String {
        lines { row in
            String((0..<size.columns).map { self[column: $0, row: row].style.role.letter })
        }
    }

    private func lines(_ line: (Int) -> String) -> String {
        (0..<size.rows).map { row in
            let full = line(row)
            let end = full.lastIndex { $0 != " " }
            return end.map { String(full[...$0]) } ?? ""
        }
        .joined(separator: "\n")
    }
}
