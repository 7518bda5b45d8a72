import MCP

/// The paths that the gateway knows, and what may be done with them.
enum Route {
    case mcp
    case health
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

    func allows(_ method: HTTPMethod) -> Bool {
        switch (self, method) {
        case (.mcp, .post), (.mcp, .get), (.mcp, .delete), (.health, .get): true
        default: false
        }
    }

    /// The value of `Allow`.
    var allowedMethods: StaticString {
        switch self {
        case .mcp: "GET, POST, DELETE"
        case .health: "GET"
        case .unknown: ""
        }
    }
}
