import Policy

/// Why an upstream gave no usable answer.
enum UpstreamFailure: Equatable {
    /// No connection, or it closed before a response began.
    case unreachable
    /// No connection or no response head in time, or silence within a response.
    case timeout
    /// Not HTTP, a redirect, or a response that broke off.
    case invalid

    var denial: CallDenial {
        switch self {
        case .unreachable:
            CallDenial(
                status: 502,
                code: .upstreamUnreachable,
                clientMessage: "The MCP server behind this gateway cannot be reached"
            )
        case .timeout:
            CallDenial(
                status: 504,
                code: .upstreamTimeout,
                clientMessage: "The MCP server behind this gateway did not answer in time"
            )
        case .invalid:
            CallDenial(
                status: 502,
                code: .upstreamInvalid,
                clientMessage: "The MCP server behind this gateway gave an unusable answer"
            )
        }
    }
}
