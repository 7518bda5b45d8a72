import Testing

@testable import Policy

@Suite struct BanGuardTests {
    private func ruling(
        _ address: String,
        bans: [BanRecord],
        at now: Timestamp = noon
    ) throws -> Ruling {
        BanGuard(BanTable(bans)).ruling(on: try client(address), at: now)
    }

    @Test(arguments: [
        ("the address itself", "192.0.2.7/32", "192.0.2.7"),
        ("in its network", "192.0.2.0/24", "192.0.2.200"),
        ("mapped into IPv6", "192.0.2.7/32", "::ffff:192.0.2.7"),
        ("mapped in hexadecimal", "192.0.2.7/32", "::ffff:c000:207"),
        ("banned in mapped form", "::ffff:192.0.2.7", "192.0.2.7"),
        ("IPv6 written at length", "2001:db8::7/128", "2001:0db8:0:0:0:0:0:0007"),
        ("another host of a banned /64", "2001:db8::/64", "2001:db8::ffff:1"),
    ])
    func `refuses`(name: String, prefix: String, address: String) throws {
        let denial = try #require(try ruling(address, bans: [ban(prefix)]).denial, "\(name)")
        #expect(denial.status == 403)
        #expect(denial.code == .banned)
        #expect(denial.retryAfterSeconds == nil)
    }

    @Test(arguments: [
        ("the next address", "192.0.2.7/32", "192.0.2.8"),
        ("the address before", "192.0.2.7/32", "192.0.2.6"),
        ("all of IPv6 beside all of IPv4", "0.0.0.0/0", "2001:db8::1"),
        ("compatible but not mapped", "192.0.2.7/32", "::192.0.2.7"),
        ("the next /64", "2001:db8::/64", "2001:db8:0:1::"),
    ])
    func `lets pass`(name: String, prefix: String, address: String) throws {
        #expect(try ruling(address, bans: [ban(prefix)]).isAllowed, "\(name)")
    }

    @Test func `ends with its last millisecond`() throws {
        let bans = [try ban("192.0.2.7", expires: noon)]
        let before = Timestamp(millisecondsSince1970: noon.millisecondsSince1970 - 1)
        #expect(try !ruling("192.0.2.7", bans: bans, at: before).isAllowed)
        #expect(try ruling("192.0.2.7", bans: bans, at: noon).isAllowed)
    }

    @Test func `falls back to the wider ban when the narrow one has ended`() throws {
        let bans = [try ban("10.0.0.0/8"), try ban("10.1.2.3", expires: noon)]
        let table = BanTable(bans)
        let found = table.ban(covering: try client("10.1.2.3"), at: noon)
        #expect(found?.prefix.description == "10.0.0.0/8")
    }

    @Test func `outranks allowlist and denylist`() throws {
        let document = PolicyDocument(
            allowlist: [try entry("10.0.0.0/8")],
            denylist: [try entry("10.0.0.1")]
        )
        let snapshot = PolicySnapshot(document, number: RevisionNumber(1))
        let ruling = snapshot.gateRuling(
            on: try client("10.0.0.1"),
            bans: BanTable([try ban("10.0.0.0/24")]),
            at: noon
        )
        #expect(ruling.denial?.code == .banned)
    }
}
