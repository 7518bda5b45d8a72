import MCP
import Policy

/// What the built-in server reads of a message, taken out of the body.
struct BuiltInMessage {
    let kind: MessageEnvelope.Kind
    /// As it stands in the body, with its quotes.
    let id: [UInt8]?
    let method: String?
    let name: String?
    let initializeVersion: String?
    let hasCursor: Bool
    /// The members of `params.arguments`; none when it is absent.
    let arguments: Result<[JSONMember], BuiltInProblem>

    init(_ envelope: MessageEnvelope, body: RawSpan) {
        kind = envelope.kind
        id = envelope.id.map { Self.bytes(in: $0, of: body) }
        method = envelope.method?.text(in: body)
        name = envelope.name?.text(in: body)
        initializeVersion = envelope.initializeVersion?.text(in: body)
        hasCursor = envelope.cursor != nil
        guard let range = envelope.arguments else {
            arguments = .success([])
            return
        }
        if case .object(let members)? = try? JSONValue.parse(body.extracting(range)) {
            arguments = .success(members)
        } else {
            arguments = .failure(.invalidParams("params.arguments must be an object"))
        }
    }

    private static func bytes(in range: Range<Int>, of body: RawSpan) -> [UInt8] {
        range.map { body[$0] }
    }
}

/// Why a request is answered with a JSON-RPC error.
struct BuiltInProblem: Error, Equatable {
    var code: JSONRPCCode
    /// Safe to show to the client: quotes nothing of the request.
    var message: String
    /// For the record, where the gate has a word for it.
    var denial: ReasonCode?

    static let methodNotFound = Self(code: .methodNotFound, message: "Method not found")
    static let toolUnknown = Self(
        code: .invalidParams,
        message: "There is no such tool",
        denial: .toolUnknown
    )

    static func invalidParams(_ message: String) -> Self {
        Self(code: .invalidParams, message: message)
    }
}

/// How the built-in server introduces itself.
struct ServerIdentity: Sendable {
    let name: String
    let version: String

    static let instructions =
        "Read-only tools that tell what the gateway in front of this endpoint sees and refuses."

    var json: JSONValue {
        .record(["name": .string(name), "version": .string(version)])
    }
}
