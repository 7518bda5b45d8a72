/// One field that a browser reads in an answer.
package struct CrossOriginField: Equatable, Sendable {
    package var name: String
    /// Visible ASCII and spaces.
    package var value: String

    package init(name: String, value: String) {
        self.name = name
        self.value = value
    }

    /// A cache must not show one origin's answer to another.
    static let vary = CrossOriginField(name: "Vary", value: "Origin")

    static let allowCredentials = CrossOriginField(
        name: "Access-Control-Allow-Credentials",
        value: "true"
    )

    static let allowMethods = CrossOriginField(
        name: "Access-Control-Allow-Methods",
        value: "GET, POST, DELETE"
    )

    /// What a page may read of an answer, beyond what every page may.
    static let exposeHeaders = CrossOriginField(
        name: "Access-Control-Expose-Headers",
        value: "Mcp-Session-Id, WWW-Authenticate, Retry-After, RateLimit, RateLimit-Policy"
    )

    /// The fields that a client of MCP sends; `mcp-param-…` ones are added as they are asked for.
    private static let allowedNames =
        "content-type, authorization, accept, x-api-key, mcp-protocol-version, mcp-method,"
        + " mcp-name, mcp-session-id, last-event-id"

    static func allowOrigin(_ origin: String) -> CrossOriginField {
        CrossOriginField(name: "Access-Control-Allow-Origin", value: origin)
    }

    static func allowHeaders(_ parameterNames: [String]) -> CrossOriginField {
        CrossOriginField(
            name: "Access-Control-Allow-Headers",
            value: ([allowedNames] + parameterNames).joined(separator: ", ")
        )
    }

    static func maxAge(seconds: Int64) -> CrossOriginField {
        CrossOriginField(name: "Access-Control-Max-Age", value: String(seconds))
    }
}
