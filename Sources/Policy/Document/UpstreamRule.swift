/// One upstream MCP server: an address, or a command that speaks over its standard streams.
package struct UpstreamRule: Equatable, Sendable, Codable {
    /// An `http://HOST:PORT/PATH` address, such as `http://127.0.0.1:9000/mcp`; empty for a command.
    package var url: String
    /// The absolute path or name of an executable and its arguments; empty for an address.
    ///
    /// At most 64 words of at most 4,096 bytes.
    package var command: [String]
    /// Whether all sessions share one child, because it keeps no state of its own.
    package var isSharedChild: Bool
    /// What the gate adds so that the upstream knows it; nil for nothing.
    package var credential: UpstreamCredential?

    package init(url: String, credential: UpstreamCredential? = nil) {
        self.url = url
        self.credential = credential
        command = []
        isSharedChild = false
    }

    package init(command: [String], isSharedChild: Bool = false) {
        url = ""
        self.command = command
        self.isSharedChild = isSharedChild
        credential = nil
    }

    /// What an operator knows it by: the address, or the command line.
    package var title: String { command.isEmpty ? url : command.joined(separator: " ") }
}

/// Where the value of a field that the gate adds to upstream requests comes from.
///
/// The value itself is never part of a policy, a record or a screen.
package struct UpstreamCredential: Equatable, Sendable, Codable {
    /// The field's name, such as `Authorization`, or for a command the variable's, `API_TOKEN` say;
    /// none that frames or routes a message, or tells a process what to load.
    package var field: String
    /// What stands before the secret, such as `Bearer `; at most 128 bytes, may be empty.
    package var prefix: String
    /// `file:/ABSOLUTE/PATH` or `env:NAME`.
    package var source: String

    package init(field: String = "Authorization", prefix: String = "Bearer ", source: String) {
        self.field = field
        self.prefix = prefix
        self.source = source
    }
}

/// A further MCP server under a name of its own.
package struct ServerRule: Equatable, Sendable, Codable {
    /// 1…32 lower-case letters, digits and hyphens; the path is `/servers/NAME/mcp`.
    package var name: String
    package var upstream: UpstreamRule

    package init(name: String, upstream: UpstreamRule) {
        self.name = name
        self.upstream = upstream
    }

    /// Where clients reach the server of that name; an empty one is the main server.
    package static func path(of name: String) -> String {
        name.isEmpty ? "/mcp" : "/servers/\(name)/mcp"
    }
}
