import MCP

/// Lets only `application/json` bodies in, which no web form can send across origins unasked.
package enum ContentTypeGuard {
    /// - Parameters:
    ///   - value: The field's value without white space around it, or nil.
    ///   - count: How many `Content-Type` fields there are.
    /// - Returns: 415 unless there is one field that says JSON, in UTF-8 if it names a charset.
    package static func ruling(on value: RawSpan?, count: Int) -> Ruling {
        if count == 1, let value, isJSON(value) { return .allow }
        return .deny(
            CallDenial(
                status: 415,
                code: .contentTypeUnsupported,
                clientMessage: "The Content-Type must be application/json"
            )
        )
    }

    private static func isJSON(_ value: RawSpan) -> Bool {
        let length = "application/json".utf8.count
        guard value.byteCount >= length, value.equalsFolded("application/json", in: 0..<length)
        else { return false }
        var offset = skippingSpace(value, length)
        if offset == value.byteCount { return true }
        guard value[offset] == ASCII.semicolon else { return false }
        offset = skippingSpace(value, offset + 1)
        let parameter = offset..<value.byteCount
        return value.equalsFolded("charset=utf-8", in: parameter)
            || value.equalsFolded("charset=\"utf-8\"", in: parameter)
    }

    private static func skippingSpace(_ value: RawSpan, _ start: Int) -> Int {
        var offset = start
        while offset < value.byteCount, value[offset] == ASCII.space || value[offset] == ASCII.tab {
            offset += 1
        }
        return offset
    }
}
