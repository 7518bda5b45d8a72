import Policy

/// A refusal as `application/problem+json` ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)).
struct AdminProblem: Codable, Equatable {
    static let mediaType = "application/problem+json"

    /// `urn:gatehouse:problem:` and the code; the code alone is what programs should look at.
    var type: String
    var title: String
    var status: Int
    var detail: String
    var code: AdminError.Code
    var problems: [PolicyProblem]
    /// The revision in force, where a conflict was the reason.
    var current: RevisionNumber?

    init(_ error: AdminError, status: Int? = nil) {
        type = "urn:gatehouse:problem:\(error.code.rawValue)"
        title = error.code.title
        self.status = status ?? error.code.httpStatus
        detail = error.message
        code = error.code
        problems = error.problems
        current = error.current
    }

    var error: AdminError {
        AdminError(code, detail, problems: problems, current: current)
    }
}

extension AdminError.Code {
    /// The status that goes with the code unless the refusal has a more exact one.
    var httpStatus: Int {
        switch self {
        case .revisionConflict: 412
        case .invalidPolicy: 422
        case .invalidRequest: 400
        case .notFound: 404
        case .unavailable: 503
        case .forbidden: 403
        case .storeFailed: 500
        case .internalFailure: 500
        }
    }

    var title: String {
        switch self {
        case .revisionConflict: "Another revision came first"
        case .invalidPolicy: "The policy would not be valid"
        case .invalidRequest: "The request is not valid"
        case .notFound: "There is no such thing"
        case .unavailable: "The gateway cannot answer"
        case .forbidden: "The peer may not do this"
        case .storeFailed: "The store did not take it"
        case .internalFailure: "The gateway failed"
        }
    }
}
