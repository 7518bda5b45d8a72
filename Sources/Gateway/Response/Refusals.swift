import MCP
import Policy

extension LocalAnswer {
    /// Answers a denial.
    ///
    /// `isMessage` tells whether the client speaks JSON-RPC to us and can read an error in it;
    /// `messageID` is the id of the refused message as it stands in the body.
    init(refusing denial: CallDenial, isMessage: Bool, messageID: String? = nil) {
        let code = denial.code.rawValue
        if isMessage {
            let body = JSONRPCError.body(
                id: messageID.map { Array($0.utf8) },
                code: denial.status,
                message: denial.clientMessage,
                reason: code
            )
            self.init(status: denial.status, content: .json(body))
        } else {
            let text = "\(code): \(denial.clientMessage)\n"
            self.init(status: denial.status, content: .text(Array(text.utf8)))
        }
        retryAfterSeconds = denial.retryAfterSeconds
        self.denial = denial.cause
    }

    init(refusing refusal: JSONRPCRefusal, messageID: String?) {
        let body = JSONRPCError.body(
            id: messageID.map { Array($0.utf8) },
            refusal: refusal
        )
        self.init(status: refusal.httpStatus, content: .json(body))
        denial = EnvelopeGuard.denial(for: refusal).cause
    }
}

extension CallDenial {
    static let notFound = CallDenial(
        status: 404,
        code: .notFound,
        clientMessage: "There is nothing here; the endpoint is /mcp"
    )
    static let methodNotAllowed = CallDenial(
        status: 405,
        code: .methodNotAllowed,
        clientMessage: "The method is not allowed here"
    )
    static let tooManyBodies = CallDenial(
        status: 413,
        code: .bodyTooLarge,
        clientMessage: "Too many large bodies are arriving at once; try again",
        retryAfterSeconds: 1
    )
    static let unexpectedBody = CallDenial(
        status: 400,
        code: .malformedHTTP,
        clientMessage: "The method takes no body"
    )
    static let notAcceptable = CallDenial(
        status: 406,
        code: .notAcceptable,
        clientMessage: "Accept must list application/json and text/event-stream"
    )
    static let streamNotAcceptable = CallDenial(
        status: 406,
        code: .notAcceptable,
        clientMessage: "Accept must list text/event-stream"
    )
    static let requestTimeout = CallDenial(
        status: 408,
        code: .requestTimeout,
        clientMessage: "The request did not arrive in time"
    )
}
