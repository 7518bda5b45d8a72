import MCP

/// One MCP server behind the gate, compiled from its rule.
///
/// A reference, because every call passes it on.
package final class Upstream: Equatable, Sendable {
    /// How the server is spoken to.
    package enum Transport: Equatable, Sendable {
        case address(UpstreamAddress)
        case child(ChildCommand)
    }

    /// Empty for the one on `/mcp`.
    package let name: String
    package let transport: Transport
    package let credential: UpstreamCredential?

    /// Compiles a rule; nil for one with neither a usable address nor a command.
    package init?(_ rule: UpstreamRule, name: String) {
        self.name = name
        credential = rule.credential
        if let command = ChildCommand(rule) {
            transport = .child(command)
        } else if let address = UpstreamAddress(parsing: rule.url) {
            transport = .address(address)
        } else {
            return nil
        }
    }

    package var address: UpstreamAddress? {
        if case .address(let address) = transport { address } else { nil }
    }

    package var command: ChildCommand? {
        if case .child(let command) = transport { command } else { nil }
    }

    package static func == (left: Upstream, right: Upstream) -> Bool {
        left === right
            || (left.name == right.name && left.transport == right.transport
                && left.credential == right.credential)
    }
}

/// A server that the gate starts itself and speaks to over standard input and output.
package struct ChildCommand: Equatable, Sendable {
    /// An absolute path, or a name to look for in `PATH`.
    package let executable: String
    package let arguments: [String]
    /// Whether all clients of one era share one process.
    package let isShared: Bool

    /// Nil for a rule without a command, or with a NUL in it.
    package init?(_ rule: UpstreamRule) {
        guard let executable = rule.command.first, !executable.isEmpty,
            rule.command.allSatisfy({ !$0.utf8.contains(0) })
        else { return nil }
        self.executable = executable
        arguments = Array(rule.command.dropFirst())
        isShared = rule.isSharedChild
    }
}

/// All servers behind the gate, found by path.
package final class UpstreamTable: Sendable {
    /// The one on `/mcp`; nil when the built-in tools answer there.
    package let main: Upstream?
    private let named: [(name: [UInt8], upstream: Upstream)]

    package init(main: UpstreamRule?, servers: [ServerRule]) {
        self.main = main.flatMap { Upstream($0, name: "") }
        named = servers.compactMap { server in
            Upstream(server.upstream, name: server.name).map { (Array(server.name.utf8), $0) }
        }
    }

    package var all: [Upstream] { [main].compactMap { $0 } + named.map(\.upstream) }

    /// The server whose name stands in `range`, byte for byte.
    package func server(named range: Range<Int>, in bytes: RawSpan) -> Upstream? {
        named.first { entry in
            entry.name.count == range.count
                && entry.name.indices.allSatisfy {
                    entry.name[$0] == bytes[range.lowerBound + $0]
                }
        }?.upstream
    }
}

extension UpstreamCredential {
    /// What the gate says itself, or what would change where a request goes or ends.
    private static let ownNames: Set<String> = [
        "host", "connection", "content-length", "transfer-encoding", "te", "trailer", "upgrade",
        "expect", "keep-alive", "content-type", "accept", "mcp-session-id", "last-event-id",
        "mcp-protocol-version", "mcp-method", "mcp-name",
    ]

    /// Whether a credential may travel in a field of this name: 1…64 letters, digits and hyphens,
    /// none of those that the gate or the protocol needs.
    package static func isFieldName(_ name: String) -> Bool {
        guard 1...64 ~= name.utf8.count else { return false }
        let isToken = name.utf8.allSatisfy { $0.isASCIIAlphanumeric || $0 == 0x2D }
        return isToken && !ownNames.contains(name.lowercased())
    }

    /// Whether a child may be given its credential in an environment variable of this name: 1…64
    /// capitals, digits and underscores, none of those that tell a process what to load or run.
    package static func isVariableName(_ name: String) -> Bool {
        guard 1...64 ~= name.utf8.count, name.utf8.first.map({ !(0x30...0x39 ~= $0) }) ?? false
        else { return false }
        let isPlain = name.utf8.allSatisfy {
            0x41...0x5A ~= $0 || 0x30...0x39 ~= $0 || $0 == 0x5F
        }
        return isPlain && !["PATH", "HOME", "LANG"].contains(name) && !name.hasPrefix("LD_")
    }
}
