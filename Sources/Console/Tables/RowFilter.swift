/// What the operator typed after `/`.
///
/// Words separated by spaces must all match. `!word` must not match, `column:word` looks in one
/// column, anything else looks everywhere. ASCII letters match in either case.
struct RowFilter: Equatable, Sendable {
    private struct Term: Equatable, Sendable {
        var column: String?
        var needle: String
        var isInverse: Bool
    }

    private let terms: [Term]

    init(_ text: String, columns: [ScreenColumn]) {
        let names = Set(columns.map(\.name))
        terms = text.split(separator: " ").compactMap { word in
            let isInverse = word.hasPrefix("!")
            let body = Self.folded(String(isInverse ? word.dropFirst() : word))
            guard !body.isEmpty else { return nil }
            let parts = body.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            // An IPv6 address has colons too, so only a column's name makes a field.
            guard parts.count == 2, names.contains(String(parts[0])) else {
                return Term(column: nil, needle: body, isInverse: isInverse)
            }
            return Term(column: String(parts[0]), needle: String(parts[1]), isInverse: isInverse)
        }
    }

    var isEmpty: Bool { terms.isEmpty }

    func matches(_ row: ScreenRow, columns: [ScreenColumn]) -> Bool {
        terms.allSatisfy { term in
            let isFound = zip(columns, row.cells).contains { column, cell in
                (term.column == nil || term.column == column.name)
                    && Self.folded(cell.text).contains(term.needle)
            }
            return isFound != term.isInverse
        }
    }

    private static func folded(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { scalar in
                    (65...90).contains(scalar.value)
                        ? Unicode.Scalar(UInt8(scalar.value + 32)) : scalar
                }
            )
        )
    }
}
