/// Reads single field lines: name, colon, value.
enum FieldParser {
    /// The field on `line`, which is free of control characters other than tabs.
    static func parse(
        _ line: LineScanner.Line,
        in bytes: RawSpan
    ) throws(HTTPProblem) -> HeadField {
        let name = line.range.lowerBound..<line.colon
        let kind = FieldNames.kind(of: name, in: bytes)
        if kind.isOpenName || line.colon == line.range.upperBound {
            try checkName(name, of: line, kind, in: bytes)
        }
        let value = trimmed(line.colon + 1..<line.range.upperBound, in: bytes)
        if !line.isASCII, !allowsForeignBytes(kind), !isASCII(value, in: bytes) {
            throw .nonASCIIValue
        }
        return HeadField(kind: kind, name: name, value: value)
    }

    /// Refuses a name that is no token, a known one in disguise, and a line without a colon.
    private static func checkName(
        _ name: Range<Int>,
        of line: LineScanner.Line,
        _ kind: FieldKind,
        in bytes: RawSpan
    ) throws(HTTPProblem) {
        var offset = name.lowerBound
        while offset < name.upperBound, ByteSet.token.contains(bytes[offset]) { offset += 1 }
        guard offset == name.upperBound, !name.isEmpty, line.colon < line.range.upperBound else {
            throw problem(of: line.range, at: offset, in: bytes)
        }
        if kind == .other, FieldNames.isDisguised(name, in: bytes) { throw .disguisedField }
    }

    /// The range without spaces and tabs at its ends.
    @inline(__always)
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
        range.allSatisfy { bytes[$0] < 0x80 }
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
