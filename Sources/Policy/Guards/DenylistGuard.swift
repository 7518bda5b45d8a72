/// Refuses clients on the denylist, whatever the allowlist says.
package struct DenylistGuard: Sendable {
    private let table: PrefixTable

    /// Entries stop counting when they expire.
    package init(_ entries: [AddressEntry]) {
        table = PrefixTable(entries.map { ($0.prefix, $0.expires) })
    }

    package func ruling(on client: ClientAddress, at now: Timestamp) -> Ruling {
        guard table.match(client.address, at: now) != nil else { return .allow }
        return .deny(
            CallDenial(
                status: 403,
                code: .addressDenied,
                clientMessage: "This address is not allowed here"
            )
        )
    }
}
