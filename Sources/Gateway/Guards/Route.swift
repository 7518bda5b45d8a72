import MCP
import Policy

/// The paths that the gateway knows, and what may be done with them.
enum Route {
    case mcp
    case health
    /// What OAuth clients read about the gate, RFC 9728.
    case resource
    case unknown

    init(_ head: RequestHead, in bytes: RawSpan) {
        if bytes.equals("/mcp", in: head.path) {
            self = .mcp
        } else if bytes.equals("/health", in: head.path) {
            self = .health
        } else {
            self = .unknown
        }
    }

    /// The name in `/servers/NAME/mcp`; nil for any other path.
    static func serverName(in path: Range<Int>, of bytes: RawSpan) -> Range<Int>? {
        let prefix: StaticString = "/servers/"
        let suffix: StaticString = "/mcp"
        let start = path.lowerBound + prefix.utf8CodeUnitCount
        let end = path.upperBound - suffix.utf8CodeUnitCount
        guard start < end, bytes.equals(prefix, in: path.lowerBound..<start),
            bytes.equals(suffix, in: end..<path.upperBound)
        else { return nil }
        return start..<end
    }

    func allows(_ method: HTTPMethod) -> Bool {
        switch (self, method) {
        case (.mcp, .post), (.mcp, .get), (.mcp, .delete), (.health, .get),
            (.resource, .get):
            true
        default: false
        }
    }

    /// The value of `Allow`.
    var allowedMethods: StaticString {
        switch self {
        case .mcp: "GET, POST, DELETE"
        case .health, .resource: "GET"
        case .unknown: ""
        }
    }
}

extension OpenCall {
    /// Finds where the path leads; `resource` is nil when no access tokens are accepted.
    func findRoute(in bytes: RawSpan, resource: ProtectedResource?) {
        route = Route(head, in: bytes)
        if route == .mcp {
            upstream = policy.snapshot.servers.main
        } else if route != .unknown {
            return
        } else if let name = Route.serverName(in: head.path, of: bytes),
            let server = policy.snapshot.servers.server(named: name, in: bytes)
        {
            route = .mcp
            upstream = server
        } else if let resource, resource.isServed(at: head.path, of: bytes) {
            route = .resource
        }
    }
}
