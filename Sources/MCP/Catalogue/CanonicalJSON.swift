/// Writes a value so that equal definitions have equal bytes: no white space, members sorted by
/// the bytes of their names, strings escaped in one way, numbers as they were written.
enum CanonicalJSON {
    /// Appends the value that `range` holds, in a document accepted as strict JSON.
    ///
    /// It recurses, at most as deep as the document was allowed to be.
    static func append(_ range: Range<Int>, in bytes: RawSpan, to output: inout [UInt8]) {
        guard let first = range.first else { return }
        switch bytes[first] {
        case 0x7B:
            append(JSONOutline.members(of: range, in: bytes), in: bytes, to: &output)
        case 0x5B:
            append(JSONOutline.elements(of: range, in: bytes), in: bytes, to: &output)
        case ASCII.quote:
            JSONText.append(text(of: range, in: bytes), to: &output)
        default:
            output.append(contentsOf: bytes.copy(of: range))
        }
    }

    /// Appends an object of these members.
    static func append(
        _ members: [JSONOutline.Member],
        in bytes: RawSpan,
        to output: inout [UInt8]
    ) {
        let named = members.map { (name: Array($0.key.text(in: bytes).utf8), member: $0) }
            .sorted { $0.name.lexicographicallyPrecedes($1.name) }
        output.append(0x7B)
        for (index, entry) in named.enumerated() {
            if index > 0 { output.append(ASCII.comma) }
            JSONText.append(entry.member.key.text(in: bytes), to: &output)
            output.append(ASCII.colon)
            append(entry.member.value, in: bytes, to: &output)
        }
        output.append(0x7D)
    }

    private static func append(
        _ elements: [Range<Int>],
        in bytes: RawSpan,
        to output: inout [UInt8]
    ) {
        output.append(0x5B)
        for (index, element) in elements.enumerated() {
            if index > 0 { output.append(ASCII.comma) }
            append(element, in: bytes, to: &output)
        }
        output.append(0x5D)
    }

    /// The text of a string whose range has its quotes.
    static func text(of range: Range<Int>, in bytes: RawSpan) -> String {
        guard let text = try? JSONLexer.string(in: bytes, from: range.lowerBound + 1) else {
            return ""
        }
        return text.text(in: bytes)
    }
}
