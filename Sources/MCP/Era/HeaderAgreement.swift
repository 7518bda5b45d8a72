/// Where the routing headers of one request stand in its head.
package struct HeaderValues: Equatable, Sendable {
    /// The first of each; nil when there is none.
    package var protocolVersion: Range<Int>?
    package var method: Range<Int>?
    package var name: Range<Int>?
    /// One of the three came more than once.
    package var isRepeated = false

    package init() {}

    package init(_ fields: FieldList) {
        protocolVersion = fields.first(.protocolVersion)?.value
        method = fields.first(.mcpMethod)?.value
        name = fields.first(.mcpName)?.value
        isRepeated =
            fields.count(of: .protocolVersion) > 1 || fields.count(of: .mcpMethod) > 1
            || fields.count(of: .mcpName) > 1
    }
}

/// How a message is to be served.
package enum EraRuling: Equatable, Sendable {
    case legacy
    case modern
    case refuse(JSONRPCRefusal)
}

/// Whether the headers of a request say what its body says, and which era both belong to.
package enum HeaderAgreement {
    /// Rules on one request.
    ///
    /// The checks run in the order of the reference implementation: repeated headers, the
    /// envelope, its version, the method, the name, and whether the version is served.
    ///
    /// - Parameters:
    ///   - headers: The routing headers, as offsets into `head`.
    ///   - head: The bytes of the request's head.
    ///   - envelope: The message, as offsets into `body`.
    ///   - body: The bytes of the request's body.
    /// - Returns: The era to serve the message in, or why it cannot be served.
    package static func check(
        _ headers: HeaderValues,
        in head: RawSpan,
        envelope: MessageEnvelope,
        body: RawSpan
    ) -> EraRuling {
        do throws(JSONRPCRefusal) {
            guard !headers.isRepeated else {
                throw mismatch("A routing header was sent more than once")
            }
            if isLegacy(headers.protocolVersion, in: head) {
                return try legacyRuling(headers, in: head, envelope: envelope, body: body)
            }
            return try modernRuling(headers, in: head, envelope: envelope, body: body)
        } catch {
            return .refuse(error)
        }
    }

    /// Without a version header a request is one of 2025-03-26.
    private static func isLegacy(_ version: Range<Int>?, in head: RawSpan) -> Bool {
        guard let version else { return true }
        return ProtocolVersion(version, in: head)?.era == .legacy
    }

    private static func legacyRuling(
        _ headers: HeaderValues,
        in head: RawSpan,
        envelope: MessageEnvelope,
        body: RawSpan
    ) throws(JSONRPCRefusal) -> EraRuling {
        guard !envelope.hasMetaProtocolVersion else {
            throw mismatch("MCP-Protocol-Version does not match the version in params._meta")
        }
        try checkMethod(headers, in: head, envelope: envelope, body: body, isRequired: false)
        try checkName(headers, in: head, envelope: envelope, body: body, isRequired: false)
        return .legacy
    }

    private static func modernRuling(
        _ headers: HeaderValues,
        in head: RawSpan,
        envelope: MessageEnvelope,
        body: RawSpan
    ) throws(JSONRPCRefusal) -> EraRuling {
        let isRequest = envelope.kind == .request
        guard envelope.kind != .response else {
            throw JSONRPCRefusal(
                code: .invalidRequest,
                message: "Responses are not accepted in this protocol version",
                reason: "invalid_message"
            )
        }
        if isRequest { try checkMetadata(envelope) }
        let version = headers.protocolVersion ?? 0..<0
        if let claimed = envelope.metaProtocolVersion {
            guard claimed.equals(version, of: head, in: body) else {
                throw mismatch("MCP-Protocol-Version does not match the version in params._meta")
            }
        }
        try checkMethod(headers, in: head, envelope: envelope, body: body, isRequired: isRequest)
        try checkName(headers, in: head, envelope: envelope, body: body, isRequired: isRequest)
        guard ProtocolVersion(version, in: head)?.era == .modern else {
            throw unsupported(version, in: head)
        }
        return .modern
    }

    private static func checkMetadata(_ envelope: MessageEnvelope) throws(JSONRPCRefusal) {
        let missing: String? =
            if !envelope.hasMeta {
                "params lacks _meta"
            } else if envelope.metaProtocolVersion == nil {
                "_meta lacks io.modelcontextprotocol/protocolVersion"
            } else if !envelope.hasClientCapabilities {
                "_meta lacks io.modelcontextprotocol/clientCapabilities"
            } else {
                nil
            }
        guard let missing else { return }
        throw JSONRPCRefusal(code: .invalidParams, message: missing, reason: "metadata_missing")
    }

    private static func checkMethod(
        _ headers: HeaderValues,
        in head: RawSpan,
        envelope: MessageEnvelope,
        body: RawSpan,
        isRequired: Bool
    ) throws(JSONRPCRefusal) {
        guard let value = headers.method else {
            if isRequired { throw mismatch("Mcp-Method is missing") }
            return
        }
        guard let method = envelope.method, method.equals(value, of: head, in: body) else {
            throw mismatch("Mcp-Method does not match the method")
        }
    }

    private static func checkName(
        _ headers: HeaderValues,
        in head: RawSpan,
        envelope: MessageEnvelope,
        body: RawSpan,
        isRequired: Bool
    ) throws(JSONRPCRefusal) {
        guard let value = headers.name else {
            if isRequired, needsName(envelope, in: body) { throw mismatch("Mcp-Name is missing") }
            return
        }
        guard let name = envelope.name else {
            throw mismatch("Mcp-Name is present, but the message names nothing")
        }
        guard RoutingValue.matches(value, in: head, name, of: body) else {
            throw mismatch("Mcp-Name does not match what the message names")
        }
    }

    private static func needsName(_ envelope: MessageEnvelope, in body: RawSpan) -> Bool {
        guard let method = envelope.method else { return false }
        return method.equals("tools/call", in: body) || method.equals("prompts/get", in: body)
            || method.equals("resources/read", in: body)
    }

    private static func mismatch(_ message: String) -> JSONRPCRefusal {
        JSONRPCRefusal(code: .headerMismatch, message: message, reason: "header_mismatch")
    }

    /// Header and body agree on a version that is not served.
    private static func unsupported(_ version: Range<Int>, in head: RawSpan) -> JSONRPCRefusal {
        let quoted = version.prefix(64).filter { ASCII.isVisible(head[$0]) }.map { head[$0] }
        let data: JSONValue = [
            "supported": .array(ProtocolVersion.modern.map { .string($0.rawValue) }),
            "requested": .string(String(decoding: quoted, as: UTF8.self)),
        ]
        return JSONRPCRefusal(
            code: .unsupportedVersion,
            message: "Unsupported protocol version",
            reason: "version_unsupported",
            dataJSON: String(decoding: data.serialized(), as: UTF8.self)
        )
    }
}
