/// An IPv4 or IPv6 address; an IPv4-mapped IPv6 address is always held as its IPv4 address.
package enum IPAddress: Hashable, Sendable {
    /// Host byte order.
    case v4(UInt32)
    /// The upper and the lower eight bytes, host byte order.
    case v6(UInt64, UInt64)
}

/// Whom limits and blocks count: one IPv4 address, or one IPv6 /64.
package struct ClientAddress: Hashable, Sendable {
    /// The address as it connected, IPv4-mapped folded.
    package var address: IPAddress

    package init(_ address: IPAddress) {
        self.address = address
    }

    /// What tables are keyed by: the IPv4 address itself, or the upper half of an IPv6 address.
    package var group: IPAddress {
        switch address {
        case .v4: address
        case .v6(let upper, _): .v6(upper, 0)
        }
    }
}
