import Admin
import Foundation
import Policy
import Terminal

/// Standard output, a line at a time.
///
/// Whatever text came from elsewhere is neutralised here, the one way out.
enum CommandOutput {
    static func line(_ text: String) throws {
        try write(Data((SafeText.neutralized(text) + "\n").utf8))
    }

    /// Lines that belong together, and an empty one after them.
    static func block(_ lines: [String]) throws {
        let text = lines.map(SafeText.neutralized).joined(separator: "\n")
        try write(Data((text + "\n\n").utf8))
    }

    /// A line that ends with text which a painter has already made harmless.
    static func line(_ text: String, sample: String) throws {
        try write(Data((SafeText.neutralized(text) + sample + "\n").utf8))
    }

    /// One JSON document on one line; its text is for programs and stays as it is.
    static func json(_ value: some Encodable) throws {
        try write(try AdminJSON.encode(value) + Data("\n".utf8))
    }

    /// A JSON document on many lines, for people to read and edit.
    static func document(_ value: some Encodable) throws {
        try write(try AdminJSON.encode(value, isPretty: true) + Data("\n".utf8))
    }

    /// Columns as wide as their widest cell, two spaces apart; `empty` instead of no rows.
    static func table(_ header: [String], _ rows: [[String]], empty: String) throws {
        guard !rows.isEmpty else { return try line(empty) }
        let safe = ([header] + rows).map { $0.map(SafeText.neutralized) }
        let widths = header.indices.map { column in
            safe.map { SafeText.width(of: $0[column]) }.max() ?? 0
        }
        for row in safe {
            let cells = row.indices.map { column in
                column == row.count - 1
                    ? row[column] : SafeText.fitted(row[column], to: widths[column])
            }
            try line(cells.joined(separator: "  ").trimmedAtEnd)
        }
    }

    /// Names on the left, values on the right.
    static func facts(_ facts: [(name: String, value: String)]) throws {
        let width = facts.map { SafeText.width(of: $0.name) }.max() ?? 0
        for fact in facts {
            let name = SafeText.fitted(fact.name, to: width)
            try line("\(name)  \(SafeText.neutralized(fact.value))".trimmedAtEnd)
        }
    }

    private static func write(_ data: Data) throws {
        do {
            try FileHandle.standardOutput.write(contentsOf: data)
        } catch {
            throw CommandFailure(
                code: ExitStatus.inputOutput,
                message: "Cannot write to standard output; see whether its reader or disk is full."
            )
        }
    }
}

extension String {
    fileprivate var trimmedAtEnd: String {
        var text = self
        while text.utf8.last == UInt8(ascii: " ") { text.removeLast() }
        return text
    }
}

extension PolicyChange {
    /// One line of a difference: `+ allowlist 10.0.0.0/8` or `~ limits.perKey.burst: 60 -> 120`.
    var line: String {
        switch kind {
        case .added: "+ \(subject)\(after.map { ": \($0)" } ?? "")"
        case .removed: "- \(subject)\(before.map { ": \($0)" } ?? "")"
        case .changed: "~ \(subject): \(before ?? "none") -> \(after ?? "none")"
        }
    }
}

extension EditOutcome {
    /// What changed, and the revision that is in force now.
    func print() throws {
        for change in changes { try CommandOutput.line(change.line) }
        try CommandOutput.line(sentence)
    }

    var sentence: String {
        "Revision \(revision) is in force: on disk after \(Self.milliseconds(persistMicroseconds)),"
            + " obeyed by every event loop \(Self.milliseconds(activationMicroseconds)) later."
    }

    static func milliseconds(_ microseconds: Int64) -> String {
        "\(microseconds / 1000).\(microseconds % 1000 / 100) ms"
    }
}
