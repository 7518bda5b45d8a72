import Testing

@testable import Policy

@Suite struct HostGuardTests {
    private let hosts = HostGuard(["localhost", "127.0.0.1", "[::1]", "gate.example"])

    @Test(arguments: [
        "localhost", "localhost:8080", "LOCALHOST", "LocalHost:1", "127.0.0.1:65535", "[::1]",
        "[::1]:8080", "gate.example", "Gate.Example:443",
    ])
    func `serves`(host: String) {
        #expect(withBytes(host) { hosts.ruling(on: $0, count: 1) }.isAllowed)
    }

    @Test(arguments: [
        ("empty", ""), ("foreign", "evil.example"), ("rebound name", "localhost.evil.example"),
        ("name before", "evil-localhost"), ("trailing dot", "localhost."),
        ("space before", " localhost"), ("space after", "localhost "), ("tab", "localhost\t"),
        ("user name", "localhost@evil.example"), ("user name before", "evil@localhost"),
        ("path", "localhost/"), ("two hosts", "localhost,evil.example"),
        ("two values", "localhost localhost"), ("empty port", "localhost:"),
        ("port 0", "localhost:0"), ("port too large", "localhost:65536"),
        ("port of six digits", "localhost:000080"), ("port with sign", "localhost:+80"),
        ("two ports", "localhost:80:80"), ("name as port", "localhost:http"),
        ("only a port", ":80"), ("only digits", "8080"), ("IPv6 without brackets", "::1"),
        ("IPv6 without its end", "[::1"), ("IPv6 with a zone", "[::1%25lo]"),
        ("IPv6 at length", "[0:0:0:0:0:0:0:1]"), ("text after brackets", "[::1]evil"),
        ("octal", "0177.0.0.1"), ("one number", "2130706433"), ("short form", "127.1"),
        ("another loopback", "127.0.0.2"), ("any address", "0.0.0.0"), ("wildcard", "*"),
        ("NUL", "localhost\0"), ("NUL and more", "localhost\0.evil.example"),
        ("line feed", "localhost\nevil"), ("Kelvin sign", "gate.example\u{212A}"),
        ("long s", "localho\u{17F}t"), ("full-width letter", "ｌocalhost"),
        ("combining mark", "localhost\u{301}"), ("percent", "%6cocalhost"),
        ("backslash", "localhost\\"), ("scheme", "http://localhost"),
    ])
    func `refuses`(name: String, host: String) {
        let denial = withBytes(host) { hosts.ruling(on: $0, count: 1) }.denial
        #expect(denial?.code == .hostNotAllowed, "\(name)")
        #expect(denial?.status == 403)
    }

    @Test(arguments: [0, 2, 3])
    func `refuses anything but one Host field`(count: Int) {
        #expect(!withBytes("localhost") { hosts.ruling(on: $0, count: count) }.isAllowed)
        #expect(!hosts.ruling(on: nil, count: count).isAllowed)
        #expect(!hosts.ruling(on: nil, count: 1).isAllowed)
    }

    @Test func `refuses every host when the policy names none`() {
        #expect(!withBytes("localhost") { HostGuard([]).ruling(on: $0, count: 1) }.isAllowed)
        #expect(!withBytes("") { HostGuard([]).ruling(on: $0, count: 1) }.isAllowed)
    }
}
