import Testing

@testable import Policy

@Suite struct LockdownGuardTests {
    private func ruling(
        on address: String,
        networks: [String] = ["192.0.2.0/24", "2001:db8::/64"],
        expires: Timestamp? = nil
    ) throws -> Ruling {
        let rule = LockdownRule(
            networks: try networks.map { try AddressPrefix(parsing: $0) },
            expires: expires
        )
        return LockdownGuard(rule).ruling(on: try client(address), at: noon)
    }

    @Test(arguments: ["192.0.2.7", "::ffff:192.0.2.7", "2001:db8::9"])
    func `lets in those on the list`(address: String) throws {
        #expect(try ruling(on: address).isAllowed)
    }

    @Test(arguments: ["192.0.3.1", "127.0.0.1", "::1", "2001:db8:0:1::1"])
    func `refuses everyone else, loopback too, and calls nobody back`(address: String) throws {
        let denial = try ruling(on: address).denial
        #expect(denial?.code == .lockdown)
        #expect(denial?.status == 403)
        #expect(denial?.retryAfterSeconds == nil)
    }

    @Test func `an empty list lets nobody in`() throws {
        #expect(try !ruling(on: "192.0.2.7", networks: []).isAllowed)
    }

    @Test func `ends by itself at the very moment it expires`() throws {
        #expect(try ruling(on: "203.0.113.9", expires: noon).isAllowed)
        #expect(try !ruling(on: "203.0.113.9", expires: noon.advanced(bySeconds: 1)).isAllowed)
    }
}
