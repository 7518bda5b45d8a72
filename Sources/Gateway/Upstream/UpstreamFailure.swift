import Policy

/// Why an upstream gave no usable answer.
enum UpstreamFailure: Equatable {
    /// No connection, or it closed before a response began.
    case unreachable
    /// No connection or no response head in time, or silence within a response.
    case timeout
    /// Not HTTP, a redirect, or a response that broke off.
    case invalid
    /// It was not asked, or took the call and could not serve it, for a reason of its own.
    case refused(CallDenial)

    var denial: CallDenial {
        switch self {
        case .refused(let denial):
            denial
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

extension CallDenial {
    /// The upstream, or the child in its place, has failed too often to be asked now.
    static func upstreamSuspended(retryAfterSeconds: Int64) -> CallDenial {
        CallDenial(
            status: 503,
            code: .upstreamSuspended,
            clientMessage: "The MCP server behind this gateway is failing; try again later",
            retryAfterSeconds: max(1, retryAfterSeconds)
        )
    }

    /// The credential that the gate adds for the upstream cannot be read.
    static let upstreamCredentialMissing = CallDenial(
        status: 503,
        code: .upstreamSuspended,
        cause: .upstreamCredentialMissing,
        clientMessage: "The MCP server behind this gateway cannot be asked now",
        retryAfterSeconds: 10
    )

    /// Too many children, calls or bytes are under way.
    static let upstreamOverloaded = CallDenial(
        status: 503,
        code: .upstreamOverloaded,
        clientMessage: "The MCP server behind this gateway has no room for more; try again later",
        retryAfterSeconds: 5
    )

    /// The same for a session that never was, has ended, or is another principal's.
    static let sessionUnknown = CallDenial(
        status: 404,
        code: .sessionUnknown,
        clientMessage: "There is no such session; begin again with initialize"
    )
    static let sessionMissing = CallDenial(
        status: 400,
        code: .sessionUnknown,
        clientMessage: "Mcp-Session-Id is required; begin with initialize"
    )
    static let streamConflict = CallDenial(
        status: 409,
        code: .streamConflict,
        clientMessage: "The session has an event stream already"
    )
}
