import MCP
import Testing

@testable import Policy

@Suite struct ForwardingGuardTests {
    private typealias Finding = ForwardingGuard.Finding

    /// Asks about a request with these header lines.
    private func finding(
        _ lines: [String],
        from peer: String = "10.0.0.1",
        trusting trusted: [String] = ["10.0.0.0/8", "fd00::/16"],
        field: ProxyRules.Field = .forwardedFor
    ) throws -> Finding {
        let rules = ProxyRules(trusted: try trusted.map { try .init(parsing: $0) }, field: field)
        let head = ["POST /mcp HTTP/1.1", "Host: localhost"] + lines + ["", ""]
        let bytes = Array(head.joined(separator: "\r\n").utf8)
        let parsed = RequestHeadParser.parse(bytes.span.bytes)
        guard case .complete(let head) = parsed else {
            Issue.record("\(lines) is no head")
            return .peer(hasIgnoredFields: false)
        }
        return ForwardingGuard(rules).finding(
            peer: try client(peer),
            fields: head.fields,
            in: bytes.span.bytes
        )
    }

    private func forwarded(_ address: String) throws -> Finding {
        .forwarded(ForwardedCall(client: try client(address)))
    }

    @Test(arguments: [
        ("one hop", ["203.0.113.9"], "203.0.113.9"),
        ("invention on the left", ["10.0.0.1, 203.0.113.9"], "203.0.113.9"),
        ("allowed address on the left", ["127.0.0.1, 203.0.113.9"], "203.0.113.9"),
        ("garbage on the left", ["<script>, 203.0.113.9"], "203.0.113.9"),
        ("nothing on the left", [", , 203.0.113.9"], "203.0.113.9"),
        ("two proxies", ["203.0.113.9, 10.1.1.1"], "203.0.113.9"),
        ("trusted on both sides", ["10.0.0.9, 203.0.113.9, 10.1.1.1"], "203.0.113.9"),
        ("only proxies", ["10.0.0.9, 10.1.1.1"], "10.0.0.9"),
        ("invention in a field of its own", ["127.0.0.1", "203.0.113.9"], "203.0.113.9"),
        ("hops over two fields", ["203.0.113.9", "10.1.1.1"], "203.0.113.9"),
        ("with port", ["203.0.113.9:4711"], "203.0.113.9"),
        ("IPv6", ["2001:db8::7"], "2001:db8::7"),
        ("IPv6 in brackets", ["[2001:db8::7]"], "2001:db8::7"),
        ("IPv6 with port", ["[2001:db8::7]:4711"], "2001:db8::7"),
        ("IPv4-mapped client", ["::ffff:203.0.113.9"], "203.0.113.9"),
        ("IPv4-mapped proxy", ["203.0.113.9, ::ffff:10.1.1.1"], "203.0.113.9"),
        ("IPv6 proxy", ["203.0.113.9, fd00::1"], "203.0.113.9"),
        ("tabs and spaces", ["10.0.0.1,\t 203.0.113.9 \t"], "203.0.113.9"),
    ])
    func `reads the list from the right`(name: String, values: [String], expected: String) throws {
        let found = try finding(values.map { "X-Forwarded-For: \($0)" })
        #expect(try found == forwarded(expected), "\(name)")
    }

    @Test(arguments: [
        ("empty", ""), ("a name", "client.example"), ("unknown", "unknown"),
        ("obfuscated", "_hidden"), ("empty last hop", "203.0.113.9,"),
        ("two in one hop", "203.0.113.9 198.51.100.1"), ("semicolon", "203.0.113.9;10.0.0.1"),
        ("quoted", "\"203.0.113.9\""), ("short form", "127.1"), ("octal", "0177.0.0.1"),
        ("leading zero", "203.0.113.09"), ("hexadecimal", "0x7f.0.0.1"),
        ("one number", "2130706433"), ("too large", "203.0.113.256"),
        ("with network length", "203.0.113.9/32"), ("empty port", "203.0.113.9:"),
        ("port too large", "203.0.113.9:65536"), ("port with sign", "203.0.113.9:+80"),
        ("six digits of port", "203.0.113.9:000080"), ("zone", "fe80::1%eth0"),
        ("open bracket", "[2001:db8::7"), ("text behind bracket", "[2001:db8::7]x"),
        ("IPv4 in brackets", "[203.0.113.9]"), ("empty brackets", "[]"),
        ("empty port behind bracket", "[2001:db8::7]:"), ("two gaps", "2001::db8::7"),
        ("a proxy behind it", "unknown, 10.1.1.1"), ("a URL", "http://203.0.113.9"),

    ])
    func `refuses a hop that counts and cannot be read`(name: String, value: String) throws {
        guard case .refused(let denial) = try finding(["X-Forwarded-For: \(value)"]) else {
            Issue.record("\(name) was believed")
            return
        }
        #expect(denial.code == .forwardingUnreadable)
        #expect(denial.status == 400)
    }

    @Test(arguments: [
        "X-Forwarded-For: 10.0.0.1", "Forwarded: for=10.0.0.1", "X-Real-IP: 10.0.0.1",
        "CF-Connecting-IP: 10.0.0.1", "True-Client-IP: 10.0.0.1", "X-Forwarded-Proto: https",
        "X-Forwarded-Host: localhost", "X-Forwarded-For: <unreadable>",
    ])
    func `ignores what an untrusted peer says, and tells so`(line: String) throws {
        for field in ProxyRules.Field.allCases {
            let found = try finding([line], from: "203.0.113.9", field: field)
            #expect(found == .peer(hasIgnoredFields: true))
            let nobodyTrusted = try finding([line], trusting: [], field: field)
            #expect(nobodyTrusted == .peer(hasIgnoredFields: true))
        }
    }

    @Test(arguments: [
        "X-Real-IP: 127.0.0.1", "CF-Connecting-IP: 127.0.0.1", "X-Client-IP: 127.0.0.1",
        "X-Original-Forwarded-For: 127.0.0.1", "Forwarded: for=127.0.0.1",
    ])
    func `never falls back to a field that the policy does not name`(line: String) throws {
        #expect(try finding([line]) == forwarded("10.0.0.1"))
        let both = try finding([line, "X-Forwarded-For: 2001:db8::7"])
        #expect(try both == forwarded("2001:db8::7"))
        guard case .refused = try finding([line, "X-Forwarded-For: unknown"]) else {
            Issue.record("an unreadable hop fell through to \(line)")
            return
        }
    }

    @Test func `does not read X-Forwarded-For where the policy names Forwarded`() throws {
        let found = try finding(["X-Forwarded-For: 127.0.0.1"], field: .forwarded)
        #expect(try found == forwarded("10.0.0.1"))
    }

    @Test func `a request without forwarding fields is the peer's own`() throws {
        #expect(try finding([]) == .peer(hasIgnoredFields: false))
    }

    @Test func `follows 32 trusted proxies and refuses the 33rd`() throws {
        func chain(_ count: Int) -> String {
            (["203.0.113.9"] + Array(repeating: "10.1.1.1", count: count)).joined(separator: ",")
        }
        #expect(try finding(["X-Forwarded-For: \(chain(32))"]) == forwarded("203.0.113.9"))
        guard case .refused = try finding(["X-Forwarded-For: \(chain(33))"]) else {
            Issue.record("33 proxies in a row were followed")
            return
        }
    }

    @Test func `believes the scheme and the host when a trusted proxy says them once`() throws {
        func call(_ lines: [String]) throws -> ForwardedCall? {
            guard case .forwarded(let call) = try finding(lines) else { return nil }
            return call
        }
        let whole = try call([
            "X-Forwarded-For: 203.0.113.9, 10.1.1.1", "X-Forwarded-Proto: https",
            "X-Forwarded-Host: gate.example",
        ])
        #expect(whole?.scheme == .https)
        #expect(whole?.host?.count == "gate.example".utf8.count)
        #expect(try call(["X-Forwarded-Proto: http"])?.scheme == .http)
        let twice = try call([
            "X-Forwarded-Proto: https", "X-Forwarded-Proto: http", "X-Forwarded-Host: a",
            "X-Forwarded-Host: b",
        ])
        #expect(try twice == ForwardedCall(client: client("10.0.0.1")))
        for value in ["https, http", "https,https", "javascript", "", "httpss"] {
            #expect(try call(["X-Forwarded-Proto: \(value)"])?.scheme == nil, "\(value)")
        }
    }

    @Test(arguments: [
        ("plain", ["for=203.0.113.9"], "203.0.113.9"),
        ("capitals", ["For=203.0.113.9;PROTO=http;By=10.0.0.1"], "203.0.113.9"),
        ("quoted", ["for=\"203.0.113.9\""], "203.0.113.9"),
        ("quoted with port", ["for=\"203.0.113.9:4711\""], "203.0.113.9"),
        ("IPv6 with port", ["for=\"[2001:db8::1]:4711\""], "2001:db8::1"),
        ("IPv6", ["For=\"[2001:db8::1]\""], "2001:db8::1"),
        ("invention on the left", ["for=10.0.0.1, for=203.0.113.9"], "203.0.113.9"),
        ("invention in a field of its own", ["for=10.0.0.1", "for=203.0.113.9"], "203.0.113.9"),
        ("hidden on the left", ["for=_hidden, for=203.0.113.9"], "203.0.113.9"),
        ("two proxies", ["for=203.0.113.9, for=10.1.1.1"], "203.0.113.9"),
        ("comma in quotes", ["for=203.0.113.9;by=\"a, for=10.0.0.1\""], "203.0.113.9"),
        ("escaped quote", ["for=203.0.113.9;x=\"a\\\", for=10.0.0.1\""], "203.0.113.9"),
        ("extensions", ["a=b;for=203.0.113.9;a=c"], "203.0.113.9"),
    ])
    func `reads Forwarded from the right`(
        name: String,
        values: [String],
        expected: String
    ) throws {
        let found = try finding(values.map { "Forwarded: \($0)" }, field: .forwarded)
        guard case .forwarded(let call) = found else {
            Issue.record("\(name) was refused")
            return
        }
        #expect(try call.client == client(expected), "\(name)")
    }

    @Test(arguments: [
        ("empty", ""), ("obfuscated", "for=_gazonk"), ("unknown", "for=unknown"),
        ("obfuscated port", "for=\"203.0.113.9:_x\""),
        ("IPv6 without brackets", "for=\"2001:db8::1\""),
        ("IPv6 without quotes", "for=[2001:db8::1]"), ("port without quotes", "for=203.0.113.9:80"),
        ("no for", "proto=https;by=10.0.0.2"), ("no value", "for="), ("no name", "=203.0.113.9"),
        ("no pair", "203.0.113.9"), ("two for", "for=203.0.113.9;for=10.0.0.1"),
        ("open quote", "for=\"203.0.113.9"),
        ("open quote before a proxy's element", "for=10.0.0.1;x=\", for=203.0.113.9"),
        ("quotes turned inside out", "for=10.0.0.1;x=\", for=\"[2001:db8::1]:4711\""),
        ("escape at the end", "for=\"203.0.113.9\\"), ("escaped address", "for=\"203.0.113\\.9\""),
        ("space before equals", "for =203.0.113.9"), ("space after equals", "for= 203.0.113.9"),
        ("empty parameter", "for=203.0.113.9;"), ("empty element", "for=203.0.113.9,"),
        ("hidden behind proxies", "for=_hidden, for=10.1.1.1"),
        ("text after quotes", "for=\"203.0.113.9\"x"),
        ("header list of the other kind", "203.0.113.9, 10.0.0.1"),
    ])
    func `refuses a Forwarded that cannot be read`(name: String, value: String) throws {
        let found = try finding(["Forwarded: \(value)"], field: .forwarded)
        guard case .refused(let denial) = found else {
            Issue.record("\(name) was believed")
            return
        }
        #expect(denial.code == .forwardingUnreadable)
    }

    @Test func `takes scheme and host from the element of the client`() throws {
        let value =
            "for=198.51.100.1;proto=http;host=evil, for=203.0.113.9;proto=https;host=gate.example,"
            + " for=10.1.1.1;proto=http"
        let found = try finding(["Forwarded: \(value)"], field: .forwarded)
        guard case .forwarded(let call) = found else {
            Issue.record("refused")
            return
        }
        #expect(try call.client == client("203.0.113.9"))
        #expect(call.scheme == .https)
        #expect(call.host?.count == "gate.example".utf8.count)
    }
}
