/// Why a body is not one JSON-RPC message that every reader understands alike.
package enum EnvelopeProblem: String, Error, CaseIterable, Sendable {
    case malformedJSON = "malformed_json"
    case duplicateMember = "duplicate_member"
    case tooDeep = "too_deep"
    case batch
    case notAnObject = "not_an_object"
    case badVersion = "bad_version"
    case badID = "bad_id"
    case missingMethod = "missing_method"
    case badMethod = "bad_method"
    case badParameters = "bad_parameters"
    case badMetadata = "bad_metadata"
    case badResponse = "bad_response"

    package var code: JSONRPCCode {
        switch self {
        case .malformedJSON, .duplicateMember, .tooDeep: .parseError
        case .badMetadata: .invalidParams
        default: .invalidRequest
        }
    }

    /// The reason word of the answer, the event and the log.
    package var reason: String {
        switch self {
        case .malformedJSON: "malformed_json"
        case .duplicateMember: "duplicate_member"
        case .tooDeep: "too_deep"
        default: "invalid_message"
        }
    }

    /// Safe to show to the client: quotes nothing of the body.
    package var message: String {
        switch self {
        case .malformedJSON: "The body is not valid JSON"
        case .duplicateMember: "An object has two members of the same name"
        case .tooDeep: "The body nests too deeply"
        case .batch: "Batches are not accepted; send one message per request"
        case .notAnObject: "The body is not a JSON object"
        case .badVersion: "The member jsonrpc must be the string 2.0"
        case .badID: "The id must be a string or an integer"
        case .missingMethod: "The message has neither a method nor a result"
        case .badMethod: "The method must be a string"
        case .badParameters: "The params must be an object"
        case .badMetadata: "The params._meta must be an object"
        case .badResponse: "A response needs an id and either a result or an error"
        }
    }
}
