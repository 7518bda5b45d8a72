import MCP

/// What one tool of an upstream was when it was pinned, and what it became.
package struct ToolPin: Equatable, Sendable {
    /// One state of a tool's definition.
    package struct Version: Equatable, Sendable {
        /// SHA-256 of the canonical definition.
        package var digest: SecretDigest
        /// Canonical JSON; empty when there was no room to keep it.
        package var definition: [UInt8]

        package init(digest: SecretDigest, definition: [UInt8]) {
            self.digest = digest
            self.definition = definition
        }
    }

    /// Empty for the default upstream.
    package var server: String
    package var tool: String
    package var approved: Version
    /// What it is now, if that is something else; waits for an operator.
    package var pending: Version?

    package init(server: String, tool: String, approved: Version, pending: Version? = nil) {
        self.server = server
        self.tool = tool
        self.approved = approved
        self.pending = pending
    }

    /// What changed, as lines for people; empty when nothing did.
    package var difference: [String] {
        guard let pending else { return [] }
        return DefinitionDifference.lines(from: approved.definition, to: pending.definition)
    }
}
