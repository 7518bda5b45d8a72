/// The bans in force, compiled for lookup by address.
package final class BanTable: Sendable {
    package let records: [BanRecord]
    private let table: PrefixTable

    package init(_ records: [BanRecord]) {
        self.records = records
        table = PrefixTable(records.map { ($0.prefix, $0.expires) })
    }

    /// The most specific ban that covers `client` and has not ended.
    ///
    /// Only what covers the address itself counts: a ban of one IPv6 address does not reach its
    /// neighbours in the /64.
    package func ban(covering client: ClientAddress, at now: Timestamp) -> BanRecord? {
        table.match(client.address, at: now).map { records[$0] }
    }
}
