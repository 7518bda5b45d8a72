extension JSONValue {
    /// Reads a whole document by the same strict rules as the envelope scanner.
    ///
    /// - Parameters:
    ///   - bytes: The document as UTF-8, without a byte order mark.
    ///   - limits: Depth and length of numbers; the bound on ids plays no part.
    /// - Returns: The value; numbers outside the range of 64-bit integers become `.number`.
    /// - Throws: `.malformed` also for a number too large to be finite.
    package static func parse(
        _ bytes: RawSpan,
        limits: MessageLimits = MessageLimits()
    ) throws(JSONProblem) -> JSONValue {
        var scanner = JSONScanner(capture: NoCapture(), limits: limits, slot: 0)
        try scanner.scan(bytes)
        var builder = JSONBuilder()
        return try builder.value(in: bytes)
    }

    /// Reads a whole document by the same strict rules as the envelope scanner.
    package static func parse(
        _ bytes: [UInt8],
        limits: MessageLimits = MessageLimits()
    ) throws(JSONProblem) -> JSONValue {
        unsafe try parse(bytes.span.bytes, limits: limits)
    }

    /// The value as UTF-8 without white space; a number that is not finite becomes `null`.
    package func serialized() -> [UInt8] {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return bytes
    }

    /// Appends what `serialized` returns.
    package func append(to bytes: inout [UInt8]) {
        switch self {
        case .null: bytes.append(contentsOf: "null".utf8)
        case .bool(let bool): bytes.append(contentsOf: (bool ? "true" : "false").utf8)
        case .integer(let integer): ASCII.append(Int(integer), to: &bytes)
        case .number(let number):
            bytes.append(contentsOf: (number.isFinite ? number.description : "null").utf8)
        case .string(let string): JSONText.append(string, to: &bytes)
        case .array(let elements): Self.append(elements, to: &bytes)
        case .object(let members): Self.append(members, to: &bytes)
        }
    }

    private static func append(_ elements: [JSONValue], to bytes: inout [UInt8]) {
        bytes.append(0x5B)
        for (index, element) in elements.enumerated() {
            if index > 0 { bytes.append(ASCII.comma) }
            element.append(to: &bytes)
        }
        bytes.append(0x5D)
    }

    private static func append(_ members: [JSONMember], to bytes: inout [UInt8]) {
        bytes.append(0x7B)
        for (index, member) in members.enumerated() {
            if index > 0 { bytes.append(ASCII.comma) }
            JSONText.append(member.key, to: &bytes)
            bytes.append(ASCII.colon)
            member.value.append(to: &bytes)
        }
        bytes.append(0x7D)
    }
}

/// Notes nothing: the document is only to be checked.
private struct NoCapture: JSONCapture {
    static func slot(for key: TextRange, in scope: UInt8, of document: RawSpan) -> UInt8 { 0 }

    static func scope(of slot: UInt8) -> UInt8 { 0 }

    mutating func note(_ slot: UInt8, kind: JSONKind, range: Range<Int>, hasEscapes: Bool) {}
}

/// Builds the value of a document that the scanner has accepted.
///
/// It recurses, at most as deep as the scanner allows.
private struct JSONBuilder {
    private var offset = 0

    mutating func value(in bytes: RawSpan) throws(JSONProblem) -> JSONValue {
        let byte = try next(in: bytes)
        switch byte {
        case ASCII.quote: return .string(try text(in: bytes))
        case 0x7B: return .object(try members(in: bytes))
        case 0x5B: return .array(try elements(in: bytes))
        case 0x2D, 0x30...0x39: return try number(in: bytes)
        default:
            let literal = try JSONLexer.literal(in: bytes, from: offset)
            offset = literal.end
            return literal.kind == .null ? .null : .bool(byte == 0x74)
        }
    }

    /// The next byte that is not blank, which stays unread.
    private mutating func next(in bytes: RawSpan) throws(JSONProblem) -> UInt8 {
        JSONLexer.skipBlanks(in: bytes, at: &offset)
        guard offset < bytes.byteCount else { throw .malformed }
        return bytes[offset]
    }

    private mutating func text(in bytes: RawSpan) throws(JSONProblem) -> String {
        let text = try JSONLexer.string(in: bytes, from: offset + 1)
        offset = text.bytes.upperBound + 1
        return text.text(in: bytes)
    }

    private mutating func members(in bytes: RawSpan) throws(JSONProblem) -> [JSONMember] {
        var members: [JSONMember] = []
        offset += 1
        while try next(in: bytes) != 0x7D {
            if bytes[offset] == ASCII.comma {
                offset += 1
                continue
            }
            let key = try text(in: bytes)
            _ = try next(in: bytes)
            offset += 1
            members.append(JSONMember(key, try value(in: bytes)))
        }
        offset += 1
        return members
    }

    private mutating func elements(in bytes: RawSpan) throws(JSONProblem) -> [JSONValue] {
        var elements: [JSONValue] = []
        offset += 1
        while try next(in: bytes) != 0x5D {
            if bytes[offset] == ASCII.comma {
                offset += 1
                continue
            }
            elements.append(try value(in: bytes))
        }
        offset += 1
        return elements
    }

    private mutating func number(in bytes: RawSpan) throws(JSONProblem) -> JSONValue {
        let number = try JSONLexer.number(in: bytes, from: offset, bytesMax: .max)
        let text = bytes.text(in: offset..<number.end)
        offset = number.end
        if number.isInteger, let integer = Int64(text) { return .integer(integer) }
        guard let value = Double(text), value.isFinite else { throw .malformed }
        return .number(value)
    }
}
