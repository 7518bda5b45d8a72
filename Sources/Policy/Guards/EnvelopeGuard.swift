package import MCP

/// Turns what the protocol layer says of a message into denials with the policy's words.
package enum EnvelopeGuard {
    /// For a head that is not strict HTTP/1.1.
    package static func denial(for problem: HTTPProblem) -> CallDenial {
        let status = problem.httpStatus
        return CallDenial(
            status: status,
            code: status == 431 || status == 414 ? .headersTooLarge : .malformedHTTP,
            clientMessage: "The request is not well-formed HTTP: \(problem.rawValue)"
        )
    }

    /// For a body that is not one JSON-RPC message, or one that the rules of its era refuse.
    ///
    /// A reason word that is unknown here counts as an invalid message.
    package static func denial(for refusal: JSONRPCRefusal) -> CallDenial {
        CallDenial(
            status: refusal.httpStatus,
            code: ReasonCode(rawValue: refusal.reason) ?? .invalidMessage,
            clientMessage: refusal.message
        )
    }
}
