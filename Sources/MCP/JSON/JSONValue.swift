/// One member of a JSON object.
package struct JSONMember: Sendable {
    package var key: String
    package var value: JSONValue

    package init(_ key: String, _ value: JSONValue) {
        self.key = key
        self.value = value
    }
}

/// A whole JSON document as a value; its members keep their order.
///
/// For policies and tool arguments, not for the hot path.
package enum JSONValue: Sendable {
    case null
    case bool(Bool)
    /// Written without fraction and exponent, and in the range of 64 bits.
    case integer(Int64)
    /// Any other number; always finite when parsed.
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([JSONMember])
}
