import MCP

/// A browser's question whether a page may send a request.
struct PreflightRequest {
    /// How many `mcp-param-…` names one answer allows.
    static let parameterNameCountMax = 32
    /// Bytes of one such name.
    static let parameterNameLengthMax = 64

    /// The `mcp-param-…` fields that the page wants to send: lower-case letters, digits, `-`, `_`.
    ///
    /// `*` would not do: it covers neither `Authorization` nor requests with credentials.
    private(set) var parameterNames: [String] = []

    /// Nil for a request that is no preflight: one that does not say which method it asks for.
    init?(_ fields: FieldList, in bytes: RawSpan) {
        var isPreflight = false
        for index in fields.indices where fields[index].kind == .other {
            let field = fields[index]
            if bytes.equalsFolded("access-control-request-method", in: field.name) {
                isPreflight = true
            } else if bytes.equalsFolded("access-control-request-headers", in: field.name) {
                readNames(field.value, in: bytes)
            }
        }
        guard isPreflight else { return nil }
    }

    private mutating func readNames(_ value: Range<Int>, in bytes: RawSpan) {
        var start = value.lowerBound
        while start < value.upperBound {
            var end = start
            while end < value.upperBound, bytes[end] != ASCII.comma { end += 1 }
            while start < end, bytes[start].isBlank { start += 1 }
            var stop = end
            while start < stop, bytes[stop - 1].isBlank { stop -= 1 }
            if Self.isParameterName(start..<stop, in: bytes),
                parameterNames.count < Self.parameterNameCountMax
            {
                parameterNames.append(bytes.text(in: start..<stop))
            }
            start = end + 1
        }
    }

    /// Browsers write the names in lower case.
    private static func isParameterName(_ range: Range<Int>, in bytes: RawSpan) -> Bool {
        let prefix = range.prefix("mcp-param-".utf8.count)
        return range.count > prefix.count && range.count <= parameterNameLengthMax
            && bytes.equals("mcp-param-", in: prefix)
            && range.allSatisfy {
                let byte = bytes[$0]
                return byte.decimalDigit != nil || (0x61...0x7A).contains(byte)
                    || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
            }
    }
}
