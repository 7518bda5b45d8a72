/// Refuses everyone but a list while an operator keeps the gate closed.
///
/// With 403 and not 503: to wait does not help, and a 503 would invite clients and load balancers
/// to come back every few seconds.
package struct LockdownGuard: Sendable {
    private let expires: Timestamp?
    private let table: PrefixTable

    package init(_ rule: LockdownRule) {
        expires = rule.expires
        table = PrefixTable(rule.networks.map { ($0, nil) })
    }

    package func ruling(on client: ClientAddress, at now: Timestamp) -> Ruling {
        if let expires, expires <= now { return .allow }
        if table.match(client.address, at: now) != nil { return .allow }
        return .deny(
            CallDenial(
                status: 403,
                code: .lockdown,
                clientMessage: "This server is closed for now"
            )
        )
    }
}
