/// Reads single field lines: name, colon, value.
enum FieldParser {
    /// The field on `line`, which must be free of control characters other than tabs.
    static func parse(
        _ line: Range<Int>,
        in bytes: RawSpan
    ) throws(HTTPProblem) -> HeadField {
        let colon = endOfToken(line, in: bytes)
        guard colon < line.upperBound, bytes[colon] == ASCII.colon, colon > line.lowerBound else {
            throw problem(of: line, at: colon, in: bytes)
        }
        let name = line.lowerBound..<colon
        let kind = FieldNames.kind(of: name, in: bytes)
        if kind == .other, FieldNames.isDisguised(name, in: bytes) {
            throw .disguisedField
        }
        let value = trimmed(colon + 1..<line.upperBound, in: bytes)
        if !allowsForeignBytes(kind), !isASCII(value, in: bytes) {
            throw .nonASCIIValue
        }
        return HeadField(kind: kind, name: name, value: value)
    }

    /// The end of the token that `line` begins with; nearly all names are letters and hyphens.
    private static func endOfToken(_ line: Range<Int>, in bytes: RawSpan) -> Int {
        var offset = line.lowerBound
        while offset + 8 <= line.upperBound {
            let foreign = Lanes.foreignToNames(bytes.word(at: offset))
            guard foreign != 0 else {
                offset += 8
                continue
            }
            offset += foreign.trailingZeroBitCount / 8
            guard ByteSet.token.contains(bytes[offset]) else { return offset }
            offset += 1
        }
        while offset < line.upperBound, ByteSet.token.contains(bytes[offset]) { offset += 1 }
        return offset
    }

    /// The range without spaces and tabs at its ends.
    static func trimmed(_ range: Range<Int>, in bytes: RawSpan) -> Range<Int> {
        var lower = range.lowerBound
        var upper = range.upperBound
        while lower < upper, isBlank(bytes[lower]) { lower += 1 }
        while lower < upper, isBlank(bytes[upper - 1]) { upper -= 1 }
        return lower..<upper
    }

    @inline(__always)
    static func isBlank(_ byte: UInt8) -> Bool {
        byte == ASCII.space || byte == ASCII.tab
    }

    /// Whether bytes above 0x7F, which mean nothing agreed upon, may stand in the value.
    ///
    /// They pass in fields the gate does not read, and in the routing fields, whose own rules
    /// answer with a JSON-RPC error.
    private static func allowsForeignBytes(_ kind: FieldKind) -> Bool {
        switch kind {
        case .other, .protocolVersion, .mcpMethod, .mcpName: true
        default: false
        }
    }

    private static func isASCII(_ range: Range<Int>, in bytes: RawSpan) -> Bool {
        var offset = range.lowerBound
        while offset + 8 <= range.upperBound {
            guard bytes.word(at: offset) & 0x8080_8080_8080_8080 == 0 else { return false }
            offset += 8
        }
        while offset < range.upperBound {
            guard bytes[offset] < 0x80 else { return false }
            offset += 1
        }
        return true
    }

    private static func problem(
        of line: Range<Int>,
        at offset: Int,
        in bytes: RawSpan
    ) -> HTTPProblem {
        guard offset < line.upperBound, isBlank(bytes[offset]) else { return .malformedFieldName }
        return offset == line.lowerBound ? .obsoleteFolding : .spaceBeforeColon
    }
}
