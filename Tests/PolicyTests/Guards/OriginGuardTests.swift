import Testing

@testable import Policy

@Suite struct OriginGuardTests {
    private let origins = OriginGuard([
        "http://localhost", "http://127.0.0.1", "http://[::1]", "https://app.example",
        "https://app.example:8443", "http://localhost.example",
    ])

    @Test(arguments: [
        "http://localhost", "http://localhost:3000", "http://localhost:65535",
        "http://127.0.0.1:6274", "http://[::1]", "http://[::1]:5173", "https://app.example",
        "https://app.example:8443",
    ])
    func `lets pass`(origin: String) {
        #expect(withBytes(origin) { origins.ruling(on: $0) }.isAllowed)
    }

    @Test func `lets requests without an origin pass`() {
        #expect(origins.ruling(on: nil).isAllowed)
        #expect(OriginGuard([]).ruling(on: nil).isAllowed)
    }

    @Test(arguments: [
        ("null", "null"), ("empty", ""), ("foreign", "https://evil.example"),
        ("other scheme", "http://app.example"), ("loopback by https", "https://localhost"),
        ("other port", "https://app.example:8444"), ("own port", "https://app.example:443"),
        ("any port of a name that is not loopback", "http://localhost.example:3000"),
        ("suffix", "https://app.example.evil"), ("prefix", "https://evil-app.example"),
        ("subdomain", "https://a.app.example"), ("path", "https://app.example/"),
        ("user name", "http://localhost@evil.example"),
        ("port and user", "http://localhost:80@evil"),
        ("backslash", "http://localhost\\@evil.example"), ("upper case", "HTTP://LOCALHOST"),
        ("upper-case host", "https://App.example"), ("trailing dot", "https://app.example."),
        ("two origins", "http://localhost http://evil.example"),
        ("comma", "http://localhost,http://evil.example"), ("wildcard", "*"),
        ("empty port", "http://localhost:"), ("port 0", "http://localhost:0"),
        ("leading zero", "http://localhost:03000"), ("port too large", "http://localhost:65536"),
        ("six digits", "http://localhost:300000"), ("sign", "http://localhost:+80"),
        ("two ports", "http://localhost:80:80"), ("space", "http://localhost :80"),
        ("IPv6 without brackets", "http://::1"), ("octal", "http://0177.0.0.1"),
        ("another loopback", "http://127.0.0.2"), ("file", "file://"), ("data", "data:"),
        ("extension", "chrome-extension://abcdef"), ("NUL", "http://localhost\0"),
        ("full-width letter", "http://ｌocalhost"), ("long s", "http://localho\u{17F}t"),
        ("no scheme", "localhost:3000"), ("only a port", ":3000"),
    ])
    func `refuses`(name: String, origin: String) {
        let denial = withBytes(origin) { origins.ruling(on: $0) }.denial
        #expect(denial?.code == .originNotAllowed, "\(name)")
        #expect(denial?.status == 403)
    }

    @Test func `refuses two Origin fields even when the first is allowed`() {
        #expect(!withBytes("http://localhost") { origins.ruling(on: $0, count: 2) }.isAllowed)
    }

    @Test func `the snapshot asks for the host first`() {
        let snapshot = PolicySnapshot(PolicyDocument(), number: RevisionNumber(1))
        func ruling(_ host: String, _ origin: String?) -> Ruling {
            let hostBytes = Array(host.utf8)
            let originBytes = Array((origin ?? "").utf8)
            return snapshot.browserRuling(
                host: hostBytes.span.bytes,
                hostCount: 1,
                origin: origin == nil ? nil : originBytes.span.bytes
            )
        }
        #expect(ruling("localhost:8080", nil).isAllowed)
        #expect(ruling("localhost:8080", "https://localhost:3000").isAllowed)
        #expect(ruling("evil.example", "http://evil.example").denial?.code == .hostNotAllowed)
        #expect(ruling("localhost", "http://evil.example").denial?.code == .originNotAllowed)
    }
}
