/// The JSON-RPC error codes that the gate answers with.
package enum JSONRPCCode: Int, Sendable {
    case parseError = -32_700
    case invalidRequest = -32_600
    case methodNotFound = -32_601
    case invalidParams = -32_602
    case internalError = -32_603
    case headerMismatch = -32_020
    case missingCapability = -32_021
    case unsupportedVersion = -32_022
}

/// A message that is answered with an error instead of being served.
package struct JSONRPCRefusal: Equatable, Error, Sendable {
    package var httpStatus: Int
    package var code: Int
    /// Safe to show to the client.
    package var message: String
    /// The reason word of the answer, the event and the log.
    package var reason: String
    /// Further members of `error.data`, as a JSON object; nil for none.
    package var dataJSON: String?

    package init(
        httpStatus: Int = 400,
        code: JSONRPCCode,
        message: String,
        reason: String,
        dataJSON: String? = nil
    ) {
        self.httpStatus = httpStatus
        self.code = code.rawValue
        self.message = message
        self.reason = reason
        self.dataJSON = dataJSON
    }
}

extension JSONRPCRefusal {
    package init(_ problem: EnvelopeProblem) {
        self.init(code: problem.code, message: problem.message, reason: problem.reason)
    }
}
