/// Whose word about a client's address is believed.
package struct ProxyRules: Equatable, Sendable, Codable {
    /// Which field names the client.
    package enum Field: String, Sendable, Codable, CaseIterable {
        case forwardedFor = "x-forwarded-for"
        /// RFC 7239.
        case forwarded
    }

    /// Peers whose forwarding headers count; empty means nobody's.
    ///
    /// At most 1,000.
    ///
    /// A network shorter than /8, or /16 in IPv6, would trust strangers and is refused.
    package var trusted: [AddressPrefix]
    package var field: Field
    /// Whether connections of trusted peers begin with a PROXY header of either version.
    package var isProxyProtocolExpected: Bool

    package init(
        trusted: [AddressPrefix] = [],
        field: Field = .forwardedFor,
        isProxyProtocolExpected: Bool = false
    ) {
        self.trusted = trusted
        self.field = field
        self.isProxyProtocolExpected = isProxyProtocolExpected
    }
}

/// What a changed tool means.
package struct ToolRules: Equatable, Sendable, Codable {
    package enum Pinning: String, Sendable, Codable, CaseIterable {
        /// Tools are not watched.
        case off
        /// A changed tool raises an event.
        case warn
        /// A changed tool is also hidden and refused until an operator approves it.
        case block
    }

    package var pinning: Pinning

    package init(pinning: Pinning = .warn) {
        self.pinning = pinning
    }
}

/// The gate is closed to everyone but these.
package struct LockdownRule: Equatable, Sendable, Codable {
    /// At most 1,000; empty means that not even these pass.
    package var networks: [AddressPrefix]
    /// The operator's words; at most 200 characters.
    package var reason: String?
    /// When it ends by itself; nil means never.
    package var expires: Timestamp?

    package init(networks: [AddressPrefix], reason: String? = nil, expires: Timestamp? = nil) {
        self.networks = networks
        self.reason = reason
        self.expires = expires
    }
}
