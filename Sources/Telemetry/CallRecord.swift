package import Policy

/// One finished call, as the data plane saw it.
package struct CallRecord: Sendable {
    package var client: ClientAddress
    /// The key that was verified; when the credential was refused, the key that it named, if any.
    package var key: KeyID?
    /// Whether a rotated-out secret was used within its grace window.
    package var isGraceUse: Bool
    /// The JSON-RPC method's name and, for `tools/call`, the tool's; nil when it was not read.
    package var method: String?
    package var tool: String?
    package var status: Int
    /// Nil for an allowed call.
    package var denial: ReasonCode?
    /// Head received to last byte handed to the socket.
    package var latencyNanoseconds: Int64
    package var requestBytes: Int
    package var responseBytes: Int

    package init(
        client: ClientAddress,
        key: KeyID? = nil,
        isGraceUse: Bool = false,
        method: String? = nil,
        tool: String? = nil,
        status: Int,
        denial: ReasonCode? = nil,
        latencyNanoseconds: Int64 = 0,
        requestBytes: Int = 0,
        responseBytes: Int = 0
    ) {
        self.client = client
        self.key = key
        self.isGraceUse = isGraceUse
        self.method = method
        self.tool = tool
        self.status = status
        self.denial = denial
        self.latencyNanoseconds = latencyNanoseconds
        self.requestBytes = requestBytes
        self.responseBytes = responseBytes
    }
}
