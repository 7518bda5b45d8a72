/// Where the routing headers of one request stand in its head.
package struct HeaderValues: Equatable, Sendable {
    /// The first of each; nil when there is none.
    package var protocolVersion: Range<Int>?
    package var method: Range<Int>?
    package var name: Range<Int>?
    /// `Mcp-Protocol-Version`, `Mcp-Method` or `Mcp-Name` came more than once.
    package var isRepeated = false

    package init() {}

    package init(_ fields: FieldList) {
        self.init()
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

/// Whether the headers of a request say what its body says.
package enum HeaderAgreement {
    /// Rules on one request.
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
        .legacy
    }
}
