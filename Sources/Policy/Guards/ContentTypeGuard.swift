import MCP

/// Lets only `application/json` bodies in, which no web form can send across origins unasked.
package enum ContentTypeGuard {
    /// - Parameters:
    ///   - value: The field's value without white space around it, or nil.
    ///   - count: How many `Content-Type` fields there are.
    ///   - coding: The value of `Content-Encoding`, or nil.
    ///   - codingCount: How many of those there are.
    ///   - bytes: The head that the values stand in.
    /// - Returns: 415 unless there is one field that says JSON, in UTF-8 if it names a charset, and
    ///   no content coding.
    package static func ruling(
        on value: Range<Int>?,
        count: Int,
        coding: Range<Int>? = nil,
        codingCount: Int = 0,
        in bytes: RawSpan
    ) -> Ruling {
        if count == 1, let value, isJSON(bytes.extracting(value)),
            isPlain(coding, count: codingCount, in: bytes)
        {
            return .allow
        }
        return .deny(
            CallDenial(
                status: 415,
                code: .contentTypeUnsupported,
                clientMessage: "The body must be application/json in UTF-8 without a content coding"
            )
        )
    }

    private static func isPlain(_ coding: Range<Int>?, count: Int, in bytes: RawSpan) -> Bool {
        guard let coding else { return count == 0 }
        return count == 1 && bytes.equalsFolded("identity", in: coding)
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
