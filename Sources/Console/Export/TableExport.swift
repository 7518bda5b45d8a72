import Admin
import Policy
import Terminal

/// The rows on the screen as a file for other programs.
struct TableExport: Equatable, Sendable {
    enum Format: String, CaseIterable, Sendable {
        case csv
        case json

        /// By the ending of a file's name; nil when it has none of ours.
        init?(path: String) {
            let ending = path.split(separator: ".").last.map { $0.lowercased() } ?? ""
            guard path.contains("."), let format = Format(rawValue: ending) else { return nil }
            self = format
        }
    }

    /// The columns' names, as filters know them.
    var columns: [String]
    var rows: [[String]]

    /// The document in a format, ending with a line feed.
    func text(as format: Format) -> String {
        switch format {
        case .csv: ([columns] + rows).map(Self.csvLine).joined()
        case .json: jsonText
        }
    }

    /// RFC 4180.
    private static func csvLine(_ cells: [String]) -> String {
        cells.map(csvCell).joined(separator: ",") + "\r\n"
    }

    /// A cell that a spreadsheet would take for a formula begins with an apostrophe.
    static func csvCell(_ text: String) -> String {
        let safe = SafeText.neutralized(text)
        let isFormula = safe.first.map { "=+-@\t\r".contains($0) } ?? false
        let cell = isFormula ? "'" + safe : safe
        guard cell.contains(where: { $0 == "," || $0 == "\"" || $0 == "'" }) else { return cell }
        return "\"" + cell.replacing("\"", with: "\"\"") + "\""
    }

    private var jsonText: String {
        let objects = rows.map { Dictionary(zip(columns, $0)) { first, _ in first } }
        guard let data = try? AdminJSON.encode(objects, isPretty: true) else { return "[]\n" }
        return String(decoding: data, as: UTF8.self) + "\n"
    }
}

/// An export that the runtime is to write.
struct ExportRequest: Equatable, Sendable {
    var path: String
    var text: String
    var rowCount: Int
    /// Whether a file that is there may be replaced.
    var overwrites: Bool
}

extension ConsoleModel {
    /// `:export FILE` and `:export! FILE`: what the table shows, filtered and sorted as it is.
    mutating func export(to argument: String, overwrites: Bool) -> [ConsoleEffect] {
        guard let format = TableExport.Format(path: argument) else {
            say(.warning, "Write export and a file that ends with .csv or .json.")
            return []
        }
        var exact = options.settings.format
        exact.numbers = .full
        let export = TextFormat.$current.withValue(exact) {
            TableExport(columns: content.columns.map(\.name), rows: rows.map(\.texts))
        }
        let request = ExportRequest(
            path: argument,
            text: export.text(as: format),
            rowCount: export.rows.count,
            overwrites: overwrites
        )
        return [.export(request)]
    }
}

extension ScreenRow {
    fileprivate var texts: [String] { cells.map(\.text) }
}
