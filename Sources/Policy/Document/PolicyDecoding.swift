package import MCP

extension PolicyDocument {
    /// Reads a document strictly and validates it.
    ///
    /// Unknown members are refused, and so are missing ones without a default: a text that was
    /// cut short must not open the gate. What every policy has had from the first must be there;
    /// what came later (`proxies`, `servers`, `tools`, `limits.concurrency` and so on) may be left
    /// out and then has its default, and what may be nil may be left out always.
    /// - Throws: Every problem at once, each with its path.
    package init(json: JSONValue) throws(PolicyProblems) {
        var reader = DocumentReader()
        let readable = PolicyDocument.reading(json, by: &reader)
        let damaged = Set(reader.problems.map { Self.section(of: $0.path) })
        let found = readable.problems()
        // What could not be read left a gap in its section, which validation would misjudge.
        let problems =
            reader.problems + found.filter { !damaged.contains(Self.section(of: $0.path)) }
        guard problems.isEmpty else { throw PolicyProblems(problems) }
        self = readable
    }

    /// The document with defaults in place of what the reader complained of.
    private static func reading(_ json: JSONValue, by reader: inout DocumentReader) -> Self {
        var document = blank
        let object = reader.object(json, path: "", members: members.map(\.name))
        if let object {
            for member in members { _ = member.read(&reader, object, &document) }
        }
        return document
    }

    /// The top-level member that a path begins with.
    private static func section(of path: String) -> Substring {
        path.prefix { $0 != "." && $0 != "[" }
    }
}
