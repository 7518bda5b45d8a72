/// How much of a JSON document is read before it is refused.
package struct MessageLimits: Sendable {
    /// Arrays and objects inside each other, 1…64.
    package var depthMax: Int
    /// One number, with its sign, fraction and exponent.
    package var numberBytesMax: Int
    /// The id of a message, with its quotes.
    package var idBytesMax: Int

    /// What the scanner has room for.
    private static let depthCeiling = 64

    package init(depthMax: Int = 64, numberBytesMax: Int = 64, idBytesMax: Int = 256) {
        self.depthMax = min(max(depthMax, 1), Self.depthCeiling)
        self.numberBytesMax = numberBytesMax
        self.idBytesMax = idBytesMax
    }
}

/// What the gate needs to know of one JSON-RPC message, as offsets into its bytes.
package struct MessageEnvelope: Equatable, Sendable {
    /// What the message asks for.
    package enum Kind: Sendable { case request, notification, response }

    package var kind: Kind
    /// The id as it stands in the body, with its quotes; nil for a notification.
    package var id: Range<Int>?
    /// Nil for a response.
    package var method: TextRange?
    /// `params.name`; `params.uri` for `resources/read`, `params.taskId` for `tasks/…`.
    package var name: TextRange?
    package var isInitialize: Bool
    /// `params._meta` is an object.
    package var hasMeta: Bool
    /// `params._meta["io.modelcontextprotocol/protocolVersion"]`, when it is a string.
    package var metaProtocolVersion: TextRange?
    /// The reserved version key is present in `params._meta`, whatever its type.
    package var hasMetaProtocolVersion: Bool
    /// `params._meta["io.modelcontextprotocol/clientCapabilities"]` is an object.
    package var hasClientCapabilities: Bool
    /// `params.protocolVersion`, as `initialize` has it.
    package var initializeVersion: TextRange?
    /// `params.arguments`, whatever its type.
    package var arguments: Range<Int>?
    /// `params._meta.progressToken`.
    package var progressToken: Range<Int>?
    /// `params.requestId`.
    package var requestID: Range<Int>?
    /// `params.cursor`, when it is a string.
    package var cursor: TextRange?
}
