/// The request methods that the gate tells apart; names are case-sensitive.
package enum HTTPMethod: Sendable {
    case get, post, delete, options, head, other
}

/// How the end of a message body is found.
package enum BodyFraming: Equatable, Sendable {
    case none
    case length(Int)
    case chunked
    /// Responses only.
    case untilClose

    /// Whether no byte of a body follows.
    package var isEmpty: Bool {
        switch self {
        case .none, .length(0): true
        case .length, .chunked, .untilClose: false
        }
    }
}

/// A request head that passed every rule, as offsets into its bytes.
package struct RequestHead: Equatable, Sendable {
    package var method: HTTPMethod
    package var methodRange: Range<Int>
    /// The whole target: path and, after `?`, query; or `*` with `OPTIONS`.
    package var target: Range<Int>
    package var path: Range<Int>
    /// Without the `?`; nil when there is none.
    package var query: Range<Int>?
    /// HTTP/1.1 rather than 1.0.
    package var isHTTP11: Bool
    package var fields: FieldList
    package var framing: BodyFraming
    package var isKeepAlive: Bool
    package var expectsContinue: Bool
    /// The head with the empty line that ends it; the body begins here.
    package var byteCount: Int
}
