/// Refuses clients that an operator banned; nothing outranks a ban.
package struct BanGuard: Sendable {
    private let bans: BanTable

    package init(_ bans: BanTable) {
        self.bans = bans
    }

    package func ruling(on client: ClientAddress, at now: Timestamp) -> Ruling {
        guard bans.ban(covering: client, at: now) != nil else { return .allow }
        return .deny(
            CallDenial(
                status: 403,
                code: .banned,
                clientMessage: "This address has been banned by the operator"
            )
        )
    }
}
