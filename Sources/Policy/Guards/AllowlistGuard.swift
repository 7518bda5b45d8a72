/// Lets in only clients on the allowlist, if there is one.
///
/// A list without any entry allows everyone. A list whose entries have all expired allows nobody:
/// time passing must never open the gate.
package struct AllowlistGuard: Sendable {
    private let isOpen: Bool
    private let table: PrefixTable

    package init(_ entries: [AddressEntry]) {
        isOpen = entries.isEmpty
        table = PrefixTable(entries.map { ($0.prefix, $0.expires) })
    }

    package func ruling(on client: ClientAddress, at now: Timestamp) -> Ruling {
        if isOpen || table.match(client.address, at: now) != nil { return .allow }
        return .deny(
            CallDenial(
                status: 403,
                code: .addressNotAllowed,
                clientMessage: "This address is not allowed here"
            )
        )
    }
}
