import Testing

@testable import Policy

@Suite struct AllowlistGuardTests {
    @Test(arguments: [
        ("a neighbour", "192.0.2.8"), ("one before the network", "9.255.255.255"),
        ("one after the network", "11.0.0.0"), ("the other family", "2001:db8::1"),
        ("compatible but not mapped", "::10.0.0.1"), ("6to4 of a listed address", "2002:a00:1::"),
        ("translated listed address", "64:ff9b::10.0.0.1"), ("loopback", "127.0.0.1"),
        ("all zero", "0.0.0.0"),
    ])
    func `refuses`(name: String, address: String) throws {
        let list = [try entry("192.0.2.7"), try entry("10.0.0.0/8")]
        let denial = AllowlistGuard(list).ruling(on: try client(address), at: noon).denial
        #expect(denial?.code == .addressNotAllowed, "\(name)")
        #expect(denial?.status == 403)
    }

    @Test(arguments: ["192.0.2.7", "::ffff:192.0.2.7", "10.0.0.0", "10.255.255.255"])
    func `lets listed clients pass`(address: String) throws {
        let list = [try entry("192.0.2.7"), try entry("10.0.0.0/8")]
        #expect(AllowlistGuard(list).ruling(on: try client(address), at: noon).isAllowed)
    }

    @Test(arguments: ["192.0.2.7", "2001:db8::1", "127.0.0.1"])
    func `lets everyone pass when it has no entry`(address: String) throws {
        #expect(AllowlistGuard([]).ruling(on: try client(address), at: noon).isAllowed)
    }

    @Test func `lets nobody pass once every entry has expired`() throws {
        let list = [try entry("10.0.0.0/8", expires: noon), try entry("::/0", expires: noon)]
        let listed = AllowlistGuard(list).ruling(on: try client("10.0.0.1"), at: noon)
        let stranger = AllowlistGuard(list).ruling(on: try client("192.0.2.7"), at: noon)
        #expect(listed.denial?.code == .addressNotAllowed)
        #expect(stranger.denial?.code == .addressNotAllowed)
    }

    @Test func `lets nobody of IPv4 pass an allowlist of IPv6 only`() throws {
        let list = [try entry("::/0")]
        #expect(!AllowlistGuard(list).ruling(on: try client("192.0.2.7"), at: noon).isAllowed)
    }
}
