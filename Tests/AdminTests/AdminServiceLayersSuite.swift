import Admin
import Policy
import Testing

/// What every admin service promises of keys with a scheme, and of lockdown.
@Suite struct AdminServiceLayersSuite {
    @Test(arguments: ServiceKind.allCases)
    func `a key is made as it was asked for`(kind: ServiceKind) async throws {
        try await kind.run { service in
            let access = AccessRules(
                methods: PatternRules(deny: ["resources/*"]),
                tools: PatternRules(allow: ["read_*", "list_*"]),
                networks: [try AddressPrefix(parsing: "10.0.0.0/8")],
                rate: RateRule(requestsPerMinute: 120, burst: 30)
            )
            let bearer = try await service.createKey(
                KeyCreation(name: "ci", scheme: .bearer, access: access)
            )
            let password = Secret("correct horse battery")
            let basic = try await service.createKey(
                KeyCreation(name: "ana", scheme: .basic, username: "ana", password: password)
            )
            #expect(basic.secret == password)
            let keys = try await service.policy().document.authentication.keys
            let first = try #require(keys.first { $0.id == bearer.id })
            #expect(first.scheme == .bearer)
            #expect(first.access == access)
            let second = try #require(keys.first { $0.id == basic.id })
            #expect(second.username == "ana")
            #expect(second.secrets.first?.derivation != nil)
        }
    }

    @Test(arguments: ServiceKind.allCases)
    func `the status tells of a lockdown, and a rollback does not lift it`(
        kind: ServiceKind
    ) async throws {
        try await kind.run { service in
            let first = try await service.policy().number
            #expect(try await service.status().lockdown == nil)
            let rule = LockdownRule(networks: [try AddressPrefix(parsing: "10.0.0.0/8")])
            let closed = try await service.apply(.setLockdown(rule), base: first, reason: nil)
            #expect(try await service.status().lockdown == rule)
            let outcome = try await service.rollBack(
                to: first,
                base: closed.revision,
                reason: nil
            )
            #expect(try await service.status().lockdown == rule)
            #expect(outcome.changes.contains { $0.subject == "lockdown" })
            _ = try await service.apply(
                .setLockdown(nil),
                base: try await service.policy().number,
                reason: nil
            )
            #expect(try await service.status().lockdown == nil)
        }
    }
}
