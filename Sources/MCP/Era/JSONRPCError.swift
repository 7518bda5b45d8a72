/// Writes JSON-RPC error messages.
package enum JSONRPCError {
    /// One error message.
    ///
    /// - Parameters:
    ///   - id: The request's id as it stands in the body, with its quotes; nil when it could not
    ///     be read, which leaves the member out.
    ///   - code: The JSON-RPC error code.
    ///   - message: Words for the client.
    ///   - reason: The stable word for `error.data.reason`; nil leaves it out.
    ///   - dataJSON: A JSON object whose members join `reason` in `error.data`; nil for none.
    /// - Returns: The message as UTF-8.
    package static func body(
        id: [UInt8]?,
        code: Int,
        message: String,
        reason: String? = nil,
        dataJSON: String? = nil
    ) -> [UInt8] {
        var bytes = Array(#"{"jsonrpc":"2.0","#.utf8)
        if let id {
            bytes.append(contentsOf: #""id":"#.utf8)
            bytes.append(contentsOf: id)
            bytes.append(ASCII.comma)
        }
        bytes.append(contentsOf: #""error":{"code":"#.utf8)
        ASCII.append(code, to: &bytes)
        bytes.append(contentsOf: #","message":"#.utf8)
        JSONText.append(message, to: &bytes)
        appendData(reason: reason, dataJSON: dataJSON, to: &bytes)
        bytes.append(contentsOf: "}}".utf8)
        return bytes
    }

    /// The answer to a message that was refused.
    package static func body(id: [UInt8]?, refusal: JSONRPCRefusal) -> [UInt8] {
        body(
            id: id,
            code: refusal.code,
            message: refusal.message,
            reason: refusal.reason,
            dataJSON: refusal.dataJSON
        )
    }

    /// The answer to a refused message whose id stands in `range` of its body.
    package static func body(
        id range: Range<Int>?,
        in bytes: RawSpan,
        refusal: JSONRPCRefusal
    ) -> [UInt8] {
        body(id: range.map { bytes.copy(of: $0) }, refusal: refusal)
    }

    private static func appendData(
        reason: String?,
        dataJSON: String?,
        to bytes: inout [UInt8]
    ) {
        guard reason != nil || dataJSON != nil else { return }
        bytes.append(contentsOf: #","data":{"#.utf8)
        if let reason {
            bytes.append(contentsOf: #""reason":"#.utf8)
            JSONText.append(reason, to: &bytes)
        }
        if let members = dataJSON.map({ $0.utf8.dropFirst().dropLast() }), !members.isEmpty {
            if reason != nil { bytes.append(ASCII.comma) }
            bytes.append(contentsOf: members)
        }
        bytes.append(0x7D)
    }
}
