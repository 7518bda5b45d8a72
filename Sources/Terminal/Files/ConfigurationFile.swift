import TOMLKit

/// Why a file that people write cannot be used.
package struct FileProblem: Error, Equatable, Sendable, CustomStringConvertible {
    /// The file's name, as the caller gave it.
    package var file: String
    /// Counted from one.
    package var line: Int
    /// Harmless on a terminal, whatever the file holds.
    package var message: String

    package var description: String { "\(file):\(line): \(message)" }
}

/// A TOML file that people write, read strictly: what is unknown is a problem, not a default.
package struct ConfigurationFile: Sendable {
    /// Longer files are refused.
    package static let bytesMax = 65_536

    package let root: [String: ConfigurationValue]
    private let toml: String
    private let file: String

    /// Reads a whole text; `file` is what problems call it.
    package init(toml: String, file: String) throws(FileProblem) {
        self.toml = toml
        self.file = SafeText.neutralized(file)
        guard toml.utf8.count <= Self.bytesMax else {
            let message = "longer than \(Self.bytesMax) bytes"
            throw FileProblem(file: self.file, line: 1, message: message)
        }
        do {
            root = ConfigurationValue.entries(of: try TOMLTable(string: toml))
        } catch let error as TOMLParseError {
            throw FileProblem(
                file: self.file,
                line: error.source.begin.line,
                message: SafeText.neutralized(error.description)
            )
        } catch {
            throw FileProblem(file: self.file, line: 1, message: "not a TOML file")
        }
    }

    /// A table of the top level; empty when it is not there.
    package func section(_ name: String) throws(FileProblem) -> [String: ConfigurationValue] {
        guard let value = root[name] else { return [:] }
        guard let table = value.table else {
            throw problem("\(name) must be a table", at: name)
        }
        return table
    }

    /// Refuses keys that mean nothing; `entry` is the one they stand in, for inline tables.
    package func refuseOthers(
        in table: [String: ConfigurationValue],
        than known: Set<String>,
        section: String? = nil,
        of entry: String? = nil
    ) throws(FileProblem) {
        guard let unknown = table.keys.sorted().first(where: { !known.contains($0) }) else {
            return
        }
        let allowed = known.sorted().joined(separator: ", ")
        throw problem(
            "unknown key \(unknown); allowed here: \(allowed)",
            at: entry ?? unknown,
            section: section
        )
    }

    /// A problem of the entry `key`, in a section or at the top level.
    package func problem(
        _ message: String,
        at key: String,
        section: String? = nil
    ) -> FileProblem {
        FileProblem(
            file: file,
            line: lineNumber(of: key, section: section),
            message: SafeText.neutralized(message)
        )
    }

    /// The parsed values do not remember their places, so the text is searched for the key.
    private func lineNumber(of key: String, section: String?) -> Int {
        var current: Substring?
        for (index, line) in toml.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            let content = line.drop { $0 == " " || $0 == "\t" }
            if content.hasPrefix("[") {
                current = content.dropFirst().prefix { $0 != "]" }
                if section == nil, current.map(String.init) == key { return index + 1 }
            }
            let name = content.prefix { $0 != "=" && $0 != " " && $0 != "\t" && $0 != "." }
            if current.map(String.init) == section, name == key || name == "\"\(key)\"" {
                return index + 1
            }
        }
        return 1
    }
}

/// A value of a file, of the kinds that our files know.
package enum ConfigurationValue: Equatable, Sendable {
    case text(String)
    case number(Int)
    case truth(Bool)
    case list([ConfigurationValue])
    case table([String: ConfigurationValue])
    /// A fraction or a date, which nothing of ours is.
    case other

    package var text: String? { if case .text(let text) = self { text } else { nil } }
    package var number: Int? { if case .number(let number) = self { number } else { nil } }
    package var truth: Bool? { if case .truth(let truth) = self { truth } else { nil } }
    package var list: [ConfigurationValue]? { if case .list(let list) = self { list } else { nil } }
    package var table: [String: ConfigurationValue]? {
        if case .table(let table) = self { table } else { nil }
    }

    /// One text, or a list of texts.
    package var texts: [String]? {
        if let text { return [text] }
        guard let list else { return nil }
        let texts = list.compactMap(\.text)
        return texts.count == list.count ? texts : nil
    }

    fileprivate static func entries(of table: TOMLTable) -> [String: ConfigurationValue] {
        var entries: [String: ConfigurationValue] = [:]
        for key in table.keys { entries[key] = table[key].map(ConfigurationValue.init) }
        return entries
    }

    private init(_ value: any TOMLValueConvertible) {
        switch value.type {
        case .string: self = value.string.map(Self.text) ?? .other
        case .int: self = value.int.map(Self.number) ?? .other
        case .bool: self = value.bool.map(Self.truth) ?? .other
        case .array: self = value.array.map { .list($0.map(Self.init)) } ?? .other
        case .table: self = value.table.map { .table(Self.entries(of: $0)) } ?? .other
        default: self = .other
        }
    }
}
