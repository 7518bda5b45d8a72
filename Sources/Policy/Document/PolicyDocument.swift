/// Everything an operator may change while the gate runs, as one value.
///
/// A document says what is wanted; `PolicySnapshot` is the same thing compiled for the data plane.
package struct PolicyDocument: Equatable, Sendable, Codable {
    /// Who may come in; empty means everyone.
    package var allowlist: [AddressEntry]
    /// Who may never come in; it wins over the allowlist.
    package var denylist: [AddressEntry]
    package var browser: BrowserRules
    package var authentication: AuthenticationRules
    package var limits: LimitRules
    /// Whose word about a client's address is believed.
    package var proxies: ProxyRules
    /// Where calls on `/mcp` go; nil means the built-in tools answer.
    package var upstream: UpstreamRule?
    /// Further MCP servers, each on `/servers/NAME/mcp`; at most 64.
    package var servers: [ServerRule]
    package var tools: ToolRules
    /// Set while the gate is closed to everyone but a list.
    package var lockdown: LockdownRule?
    /// Whether debug messages are logged.
    package var isDebugLoggingEnabled: Bool

    package init(
        allowlist: [AddressEntry] = [],
        denylist: [AddressEntry] = [],
        browser: BrowserRules = BrowserRules(),
        authentication: AuthenticationRules = AuthenticationRules(),
        limits: LimitRules = LimitRules(),
        proxies: ProxyRules = ProxyRules(),
        upstream: UpstreamRule? = nil,
        servers: [ServerRule] = [],
        tools: ToolRules = ToolRules(),
        lockdown: LockdownRule? = nil,
        isDebugLoggingEnabled: Bool = false
    ) {
        self.allowlist = allowlist
        self.denylist = denylist
        self.browser = browser
        self.authentication = authentication
        self.limits = limits
        self.proxies = proxies
        self.upstream = upstream
        self.servers = servers
        self.tools = tools
        self.lockdown = lockdown
        self.isDebugLoggingEnabled = isDebugLoggingEnabled
    }
}

/// One line of an address list.
package struct AddressEntry: Equatable, Sendable, Codable {
    package var prefix: AddressPrefix
    /// The operator's words; at most 200 characters.
    package var reason: String?
    /// When the line stops counting; nil means never.
    package var expires: Timestamp?

    package init(prefix: AddressPrefix, reason: String? = nil, expires: Timestamp? = nil) {
        self.prefix = prefix
        self.reason = reason
        self.expires = expires
    }
}
