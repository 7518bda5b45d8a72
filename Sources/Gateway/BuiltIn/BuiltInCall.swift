import MCP
import Policy

/// One message for the built-in server, its body apart.
///
/// The gate has done its part: guards, identity, envelope, and that headers and body agree.
struct BuiltInCall: Sendable {
    /// Offsets into the body.
    var envelope: MessageEnvelope
    var era: WireEra
    /// The value of `Mcp-Session-Id`, or nil; ignored in the modern era.
    var sessionID: String?
    /// What `MCP-Protocol-Version` names; nil when there is none.
    var protocolVersion: ProtocolVersion?
    /// Who calls and owns the sessions it opens: a key's id, or an anonymous caller's address.
    var principal: String
    var now: Timestamp
    var monotonic: MonotonicTime
}

/// What the built-in server answers; the handler adds the fields that every answer has.
struct BuiltInAnswer: Sendable {
    /// 200, 202 or an error.
    var status: Int
    /// One JSON-RPC message, `application/json`; empty with 202, 204 and 405.
    var body: [UInt8] = []
    /// The value of `Mcp-Session-Id` in the answer to a successful `initialize`.
    var newSession: String?
    /// The value of `Allow`, on a 405.
    var allowedMethods: StaticString?
    /// Why it is a refusal, for the record; nil for a served message.
    var denial: ReasonCode?
}
