import Testing

@testable import Policy

@Suite struct IPAddressTests {
    @Test(arguments: [
        ("dotted quad", "192.0.2.7", "192.0.2.7"),
        ("lowest", "0.0.0.0", "0.0.0.0"),
        ("highest", "255.255.255.255", "255.255.255.255"),
        ("all zero", "::", "::"),
        ("loopback", "::1", "::1"),
        ("full form", "2001:0DB8:0000:0000:0000:ff00:0042:8329", "2001:db8::ff00:42:8329"),
        ("gap at the end", "1::", "1::"),
        ("gap of one group", "1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
        ("one zero group stays", "2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
        ("the first longest run is cut", "2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
        ("of equal runs the first is cut", "2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
        ("mapped folds", "::ffff:10.0.0.1", "10.0.0.1"),
        ("mapped in hexadecimal folds", "::FFFF:0a00:1", "10.0.0.1"),
        ("mapped in full folds", "0:0:0:0:0:ffff:10.0.0.1", "10.0.0.1"),
        ("translated prefix with a quad", "64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
        ("six groups and a quad", "1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"),
    ])
    func `reads and writes the one canonical form`(name: String, text: String, canonical: String) {
        #expect(IPAddress(parsing: text)?.description == canonical, "\(name)")
        #expect(IPAddress(parsing: canonical)?.description == canonical, "\(name)")
    }

    @Test(arguments: [
        ("empty", ""), ("leading zero", "192.168.01.1"), ("octal", "0177.0.0.1"),
        ("hexadecimal", "0x7f.0.0.1"), ("one number", "2130706433"), ("short form", "127.1"),
        ("five parts", "1.2.3.4.5"), ("out of range", "1.2.3.256"), ("four digits", "1.2.3.0001"),
        ("empty part", "1..2.3"), ("trailing dot", "1.2.3.4."), ("sign", "+1.2.3.4"),
        ("space before", " 1.2.3.4"), ("space after", "1.2.3.4 "), ("line feed", "1.2.3.4\n"),
        ("NUL", "1.2.3.4\0"), ("NUL and more", "1.2.3.4\0.evil"), ("port", "1.2.3.4:80"),
        ("full-width digits", "１.2.3.4"), ("Arabic digits", "١.2.3.4"),
        ("zone id", "fe80::1%eth0"), ("zone number", "fe80::1%1"), ("brackets", "[::1]"),
        ("two gaps", "1::2::3"), ("three colons", ":::"), ("single colon", ":"),
        ("leading colon", ":1:2:3:4:5:6:7"), ("trailing colon", "1:2:3:4:5:6:7:"),
        ("seven groups", "1:2:3:4:5:6:7"), ("nine groups", "1:2:3:4:5:6:7:8:9"),
        ("gap of nothing", "1:2:3:4::5:6:7:8"), ("five digits", "12345::"),
        ("no digit", "g::1"), ("quad in the middle", "::1.2.3.4:5"),
        ("quad first", "1.2.3.4::"), ("quad with a leading zero", "::ffff:10.0.0.01"),
        ("seven groups and a quad", "1:2:3:4:5:6:7:1.2.3.4"), ("short quad", "::1.2.3"),
        ("prefix", "10.0.0.0/8"), ("too long", String(repeating: "0:", count: 40)),
        ("word", "localhost"),
    ])
    func `refuses`(name: String, text: String) {
        #expect(IPAddress(parsing: text) == nil, "\(name)")
    }

    @Test func `groups IPv6 clients by 64 bits and IPv4 clients singly`() throws {
        let first = ClientAddress(try #require(IPAddress(parsing: "2001:db8:0:1::1")))
        let second = ClientAddress(try #require(IPAddress(parsing: "2001:db8:0:1:ffff::2")))
        let other = ClientAddress(try #require(IPAddress(parsing: "2001:db8:0:2::1")))
        #expect(first.group == second.group)
        #expect(first.group != other.group)
        #expect(first.description == "2001:db8:0:1::/64")
        let quad = ClientAddress(try #require(IPAddress(parsing: "192.0.2.7")))
        #expect(quad.description == "192.0.2.7")
    }

    @Test(arguments: [
        ("127.0.0.1", true), ("127.255.0.9", true), ("::1", true), ("::ffff:127.0.0.1", true),
        ("126.0.0.1", false), ("::2", false), ("128.0.0.1", false),
    ])
    func `knows loopback`(text: String, isLoopback: Bool) {
        #expect(IPAddress(parsing: text)?.isLoopback == isLoopback)
    }
}
