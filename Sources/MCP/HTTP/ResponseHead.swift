/// A response head that passed every rule, as offsets into its bytes.
package struct ResponseHead: Equatable, Sendable {
    /// 100…599, never 101.
    package var status: Int
    /// HTTP/1.1 rather than 1.0.
    package var isHTTP11: Bool
    package var fields: FieldList
    package var isKeepAlive: Bool
    /// The head with the empty line that ends it; the body begins here.
    package var byteCount: Int
    /// What the framing fields say, for a response that may have a body.
    var declaredFraming: BodyFraming

    /// 100…199: another head follows on the same connection.
    package var isInformational: Bool { status < 200 }

    /// How the body ends, given the method of the request it answers.
    package func framing(for method: HTTPMethod) -> BodyFraming {
        switch status {
        case 100..<200, 204, 304: .none
        default: method == .head ? .none : declaredFraming
        }
    }
}
