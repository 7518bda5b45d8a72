import Testing

@testable import Policy

@Suite struct AddressPrefixTests {
    @Test(arguments: [
        ("10.0.0.0/8", "10.0.0.0/8"), ("10.0.0.5", "10.0.0.5/32"), ("0.0.0.0/0", "0.0.0.0/0"),
        ("::/0", "::/0"), ("2001:db8::/32", "2001:db8::/32"), ("::1", "::1/128"),
        ("2001:DB8::/127", "2001:db8::/127"), ("::ffff:10.0.0.0/104", "10.0.0.0/8"),
        ("::ffff:10.0.0.1", "10.0.0.1/32"), ("::ffff:0:0/96", "0.0.0.0/0"),
        ("::ffff:10.0.0.1/128", "10.0.0.1/32"),
    ])
    func `reads`(text: String, canonical: String) throws {
        #expect(try AddressPrefix(parsing: text).description == canonical)
    }

    @Test(arguments: [
        ("leading zero", "10.0.0.0/033"), ("leading zero in range", "10.0.0.0/08"),
        ("sign", "10.0.0.0/+8"), ("minus", "10.0.0.0/-0"), ("too long for IPv4", "10.0.0.0/33"),
        ("too long for IPv6", "2001:db8::/129"), ("empty length", "10.0.0.0/"),
        ("two slashes", "10.0.0.0/8/8"), ("netmask", "10.0.0.0/255.0.0.0"),
        ("space", "10.0.0.0/8 "), ("space before the slash", "10.0.0.0 /8"),
        ("short network", "10/8"), ("no network", "/8"), ("empty", ""), ("word", "any"),
        ("star", "*"), ("range", "10.0.0.1-10.0.0.9"), ("NUL", "10.0.0.0/8\0"),
        ("full-width digit", "10.0.0.0/８"), ("huge length", "10.0.0.0/99999999999999999999"),
        ("mapped and shorter than 96", "::ffff:0:0/95"), ("mapped /0", "::ffff:0:0/0"),
        ("mapped too long", "::ffff:10.0.0.1/129"), ("host bits", "10.0.0.5/8"),
        ("host bits in IPv6", "2001:db8::1/64"), ("mapped host bits", "::ffff:10.0.0.5/104"),
    ])
    func `refuses`(name: String, text: String) {
        #expect(throws: AddressProblem.self, "\(name)") { try AddressPrefix(parsing: text) }
    }

    @Test func `names both ways out when host bits are set`() {
        #expect(
            throws: AddressProblem(
                message: "10.0.0.5/8 has bits set after the prefix; write 10.0.0.0/8 or"
                    + " 10.0.0.5/32"
            )
        ) { try AddressPrefix(parsing: "10.0.0.5/8") }
    }

    @Test func `never repeats text that is not an address`() throws {
        let problem = #expect(throws: AddressProblem.self) {
            try AddressPrefix(parsing: "\u{1B}[2Jevil")
        }
        #expect(try #require(problem).message.contains("evil") == false)
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.255.255.255", true), ("10.0.0.0/8", "11.0.0.0", false),
        ("0.0.0.0/0", "255.0.0.1", true), ("0.0.0.0/0", "::1", false), ("::/0", "1.2.3.4", false),
        ("2001:db8::/33", "2001:db8:7fff::1", true), ("2001:db8::/33", "2001:db8:8000::", false),
        ("2001:db8::/65", "2001:db8::8000:0:0:0", false), ("::1/128", "::1", true),
        ("192.0.2.1/32", "192.0.2.1", true), ("192.0.2.1/32", "192.0.2.0", false),
    ])
    func `contains exactly its addresses`(prefix: String, address: String, isInside: Bool) throws {
        let parsed = try #require(IPAddress(parsing: address))
        #expect(try AddressPrefix(parsing: prefix).contains(parsed) == isInside)
    }
}
