package import Policy

/// What the control plane is told of the gate once, when it stands.
package struct GateFacts: Equatable, Sendable {
    package var version: String
    package var processID: Int32
    package var started: Timestamp
    /// As it listens: `127.0.0.1:8080`.
    package var listenAddress: String
    package var eventLoops: Int
    /// The word after `mcpk_` in new keys: 1…16 lower-case letters and digits.
    package var keyEnvironment: String

    package init(
        version: String,
        processID: Int32,
        started: Timestamp,
        listenAddress: String,
        eventLoops: Int,
        keyEnvironment: String
    ) {
        self.version = version
        self.processID = processID
        self.started = started
        self.listenAddress = listenAddress
        self.eventLoops = eventLoops
        self.keyEnvironment = keyEnvironment
    }
}
