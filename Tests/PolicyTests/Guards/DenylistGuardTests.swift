import Testing

@testable import Policy

@Suite struct DenylistGuardTests {
    @Test(arguments: [
        ("the address itself", "192.0.2.7"), ("mapped into IPv6", "::ffff:192.0.2.7"),
        ("inside a network", "10.255.0.1"), ("IPv6 in upper case", "2001:DB8::1"),
        ("first of a network", "10.0.0.0"), ("last of a network", "10.255.255.255"),
    ])
    func `refuses`(name: String, address: String) throws {
        let list = [
            try entry("192.0.2.7"), try entry("10.0.0.0/8"), try entry("2001:db8::/32"),
        ]
        let denial = DenylistGuard(list).ruling(on: try client(address), at: noon).denial
        #expect(denial?.code == .addressDenied, "\(name)")
        #expect(denial?.status == 403)
    }

    @Test func `wins over the allowlist`() throws {
        let document = PolicyDocument(
            allowlist: [try entry("10.0.0.1")],
            denylist: [try entry("10.0.0.0/8")]
        )
        let snapshot = PolicySnapshot(document, number: RevisionNumber(1))
        let ruling = snapshot.gateRuling(on: try client("10.0.0.1"), bans: BanTable([]), at: noon)
        #expect(ruling.denial?.code == .addressDenied)
    }

    @Test func `forgets an entry when it expires`() throws {
        let list = [try entry("192.0.2.7", expires: noon)]
        let before = Timestamp(millisecondsSince1970: noon.millisecondsSince1970 - 1)
        let address = try client("192.0.2.7")
        #expect(!DenylistGuard(list).ruling(on: address, at: before).isAllowed)
        #expect(DenylistGuard(list).ruling(on: address, at: noon).isAllowed)
    }

    @Test func `lets everyone pass when it is empty`() throws {
        #expect(DenylistGuard([]).ruling(on: try client("192.0.2.7"), at: noon).isAllowed)
    }
}
