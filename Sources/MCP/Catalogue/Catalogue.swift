/// What a list request lists.
package enum CatalogueKind: Sendable, CaseIterable {
    case tools, prompts, resources, resourceTemplates

    /// The kind that a method lists; nil for a method that lists none.
    package init?(method: TextRange, in bytes: RawSpan) {
        guard let kind = Self.allCases.first(where: { method.equals($0.method, in: bytes) }) else {
            return nil
        }
        self = kind
    }

    var method: StaticString {
        switch self {
        case .tools: "tools/list"
        case .prompts: "prompts/list"
        case .resources: "resources/list"
        case .resourceTemplates: "resources/templates/list"
        }
    }

    /// The member of the result that holds the list.
    var listMember: StaticString {
        switch self {
        case .tools: "tools"
        case .prompts: "prompts"
        case .resources: "resources"
        case .resourceTemplates: "resourceTemplates"
        }
    }

    /// The member by which an entry is asked for.
    var nameMember: StaticString {
        switch self {
        case .tools, .prompts: "name"
        case .resources: "uri"
        case .resourceTemplates: "uriTemplate"
        }
    }
}

/// One answer to a list request, with the places of its entries.
package struct Catalogue: Equatable, Sendable {
    /// Why an answer cannot be filtered, and so must not be passed on.
    package enum Problem: Error, Equatable, Sendable {
        case json(JSONProblem)
        case tooLarge
        /// The list is no array, or an entry of it no object with a name.
        case malformed
    }

    /// One tool, prompt or resource.
    package struct Entry: Equatable, Sendable {
        /// What it is asked for by: the name, or the URI.
        package var name: String
        /// Where the entry stands in the answer.
        package var range: Range<Int>
    }

    /// Bytes of an answer.
    package static let byteCountMax = 4 * 1024 * 1024
    package static let entryCountMax = 10_000

    package let kind: CatalogueKind
    package let entries: [Entry]
    /// Where the array of the entries stands; nil when the result has none.
    package let list: Range<Int>?
    private let result: Range<Int>
    private let cacheScope: Range<Int>?

    /// Reads a JSON-RPC message that may answer a list request.
    ///
    /// - Returns: Nil for a message without a result, such as an error or a notification: there is
    ///   nothing to filter in it.
    /// - Throws: When it has a result that cannot be read for certain.
    package static func read(
        _ bytes: RawSpan,
        as kind: CatalogueKind
    ) throws(Problem) -> Catalogue? {
        guard bytes.byteCount <= byteCountMax else { throw .tooLarge }
        do {
            _ = try JSONValue.parse(bytes)
        } catch {
            throw .json(error)
        }
        guard let document = JSONOutline.document(bytes), bytes[document.lowerBound] == 0x7B else {
            throw .malformed
        }
        let message = JSONOutline.members(of: document, in: bytes)
        guard let result = message.first(where: { $0.key.equals("result", in: bytes) }) else {
            return nil
        }
        return try Catalogue(kind, result: result.value, in: bytes)
    }

    private init(
        _ kind: CatalogueKind,
        result: Range<Int>,
        in bytes: RawSpan
    ) throws(Problem) {
        guard bytes[result.lowerBound] == 0x7B else { throw .malformed }
        let members = JSONOutline.members(of: result, in: bytes)
        self.kind = kind
        self.result = result
        cacheScope = members.first { $0.key.equals("cacheScope", in: bytes) }?.value
        list = members.first { $0.key.equals(kind.listMember, in: bytes) }?.value
        guard let list else {
            entries = []
            return
        }
        guard bytes[list.lowerBound] == 0x5B else { throw .malformed }
        let elements = JSONOutline.elements(of: list, in: bytes)
        guard elements.count <= Self.entryCountMax else { throw .tooLarge }
        var entries: [Entry] = []
        for element in elements {
            let name = JSONOutline.members(of: element, in: bytes)
                .first { $0.key.equals(kind.nameMember, in: bytes) }?.value
            guard let name, bytes[name.lowerBound] == ASCII.quote else { throw .malformed }
            entries.append(Entry(name: CanonicalJSON.text(of: name, in: bytes), range: element))
        }
        self.entries = entries
    }

    /// The answer with only some of its entries; every kept byte is as it was.
    ///
    /// - Parameters:
    ///   - bytes: The answer that was read.
    ///   - isModern: Whether to say that the answer is for this caller alone, in the caching hints
    ///     that revision 2026-07-28 has.
    ///   - isKept: Asked once for each entry, in order.
    /// - Returns: The whole answer.
    package func filtered(
        _ bytes: RawSpan,
        isModern: Bool,
        keeping isKept: (Entry) -> Bool
    ) -> [UInt8] {
        var edits: [(range: Range<Int>, text: [UInt8])] = []
        if let list {
            let kept = entries.filter(isKept).map { bytes.copy(of: $0.range) }
            if kept.count < entries.count {
                let text = [0x5B] + kept.joined(separator: [ASCII.comma]) + [0x5D]
                edits.append((list, Array(text)))
            }
        }
        if isModern { edits.append(privacy(in: bytes)) }
        edits.sort { $0.range.lowerBound < $1.range.lowerBound }
        var output: [UInt8] = []
        output.reserveCapacity(bytes.byteCount + 32)
        var offset = 0
        for edit in edits {
            output.append(contentsOf: bytes.copy(of: offset..<edit.range.lowerBound))
            output.append(contentsOf: edit.text)
            offset = edit.range.upperBound
        }
        output.append(contentsOf: bytes.copy(of: offset..<bytes.byteCount))
        return output
    }

    /// Changes `cacheScope`, or puts it first into the result.
    private func privacy(in bytes: RawSpan) -> (range: Range<Int>, text: [UInt8]) {
        if let cacheScope { return (cacheScope, Array(#""private""#.utf8)) }
        let start = result.lowerBound + 1
        let isEmpty = JSONOutline.members(of: result, in: bytes).isEmpty
        return (start..<start, Array(#""cacheScope":"private"\#(isEmpty ? "" : ",")"#.utf8))
    }

    /// An entry as it is pinned.
    package func definition(of entry: Entry, in bytes: RawSpan) -> CatalogueDefinition {
        CatalogueDefinition(name: entry.name, range: entry.range, in: bytes)
    }
}
