/// A network in CIDR notation, or a single address.
///
/// Always canonical: no bit is set after the prefix.
package struct AddressPrefix: Hashable, Sendable {
    /// The network's first address.
    package let network: IPAddress
    /// 0…32 for IPv4, 0…128 for IPv6.
    package let length: Int

    /// For callers that have checked both; `AddressPrefix(parsing:)` is for text.
    package init(uncheckedNetwork network: IPAddress, length: Int) {
        self.network = network
        self.length = length
    }
}
