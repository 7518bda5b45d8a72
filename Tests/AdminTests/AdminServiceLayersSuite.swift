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

    @Test(arguments: ServiceKind.allCases)
    func `a tool that nobody saw change cannot be approved`(kind: ServiceKind) async throws {
        try await kind.run { service in
            let pins = try await service.toolPins()
            #expect(pins.isEmpty)
            let digest = SecretDigest(words: (0, 0, 0, 1))
            await #expect(throws: AdminError.toolUnchanged) {
                try await service.approveTool("a", of: "", digest: digest, reason: nil)
            }
        }
    }

    @Test(arguments: ServiceKind.allCases)
    func `the history tells how long every loop took to obey`(kind: ServiceKind) async throws {
        try await kind.run { service in
            let base = try await service.policy().number
            let outcome = try await service.apply(.setDebugLogging(true), base: base, reason: nil)
            let latest = try #require(try await service.history(limit: 2).first)
            #expect(latest.number == outcome.revision)
            #expect(latest.activationMicroseconds == outcome.activationMicroseconds)
        }
    }

    @Test(arguments: [
        ("a", "plain", nil), ("a", "to the\u{202E}tfel", ["direction overrides"]),
        ("a\u{200B}", "plain", ["invisible characters"]), ("caf\u{E9}", "na\u{EF}ve", nil),
    ])
    func `a tool tells what its texts hide`(name: String, text: String, hidden: [String]?) {
        let version = ToolPin.Version(
            digest: SecretDigest(words: (0, 0, 0, 1)),
            definition: Array(#"{"description":"\#(text)"}"#.utf8)
        )
        let pin = ToolPin(server: "", tool: name, approved: version)
        #expect(ToolStanding(pin).hidden == hidden)
        #expect(ToolStanding.list([pin]).first?.hidden == hidden)
    }

    @Test func `a changed tool is shown and approved through the socket`() async throws {
        let gate = InMemoryGate(now: { Timestamp(millisecondsSince1970: 0) })
        func version(_ number: UInt64) -> ToolPin.Version {
            ToolPin.Version(
                digest: SecretDigest(words: (0, 0, 0, number)),
                definition: Array(#"{"description":"\#(number)"}"#.utf8)
            )
        }
        gate.restore([
            ToolPin(server: "files", tool: "a", approved: version(1), pending: version(2))
        ])
        try await AdminStand.serving(InMemoryAdminService(gate)) { path in
            try await AdminStand.withClient(path) { service in
                let tool = try #require(try await service.toolPins().first)
                #expect(tool.server == "files" && tool.pinned == version(1).digest)
                #expect(tool.difference == [#"description: "1" → "2""#])
                await #expect(throws: AdminError.toolChangedAgain) {
                    try await service.approveTool(
                        "a",
                        of: "files",
                        digest: version(3).digest,
                        reason: nil
                    )
                }
                let approved = try await service.approveTool(
                    "a",
                    of: "files",
                    digest: version(2).digest,
                    reason: "seen"
                )
                #expect(approved.pinned == version(2).digest && approved.pending == nil)
            }
        }
    }
}
