import Testing

@testable import Policy

/// What validation says of the further layers, each hostile value by name.
@Suite struct PolicyLayersTests {
    private func paths(_ change: (inout PolicyDocument) throws -> Void) rethrows -> [String] {
        var document = PolicyDocument()
        try change(&document)
        return document.problems().map(\.path)
    }

    @Test func `finds nothing wrong with a document that sets everything`() throws {
        #expect(try PolicyDocument.everyMemberSet().problems().isEmpty)
    }

    @Test func `reports problems of every layer at once`() throws {
        let found = try paths { document in
            document.authentication.keys = [password()]
            document.authentication.keys[0].username = nil
            document.authentication.failures.countMax = 0
            document.limits.concurrency.connections = 0
            document.proxies.trusted = [try network("0.0.0.0/0")]
            document.servers = [ServerRule(name: "A", upstream: UpstreamRule(url: "ftp://x"))]
            document.lockdown = LockdownRule(networks: [], reason: "\u{1B}")
        }
        #expect(
            found == [
                "authentication.keys[0].username", "authentication.failures.countMax",
                "limits.concurrency.connections", "proxies.trusted[0]", "servers[0].name",
                "servers[0].upstream.url", "lockdown.reason",
            ]
        )
    }

    @Test(arguments: [
        ("everyone", "0.0.0.0/0", false), ("half of IPv4", "128.0.0.0/1", false),
        ("/7", "10.0.0.0/7", false), ("/8", "10.0.0.0/8", true), ("one", "10.0.0.1/32", true),
        ("every IPv6", "::/0", false), ("global unicast", "2000::/3", false),
        ("/15", "fc00::/15", false), ("/16", "fd00::/16", true), ("one IPv6", "::1/128", true),
    ])
    func `trusts no proxies among strangers`(name: String, prefix: String, isFine: Bool) throws {
        let trusted = [try network(prefix)]
        #expect(paths { $0.proxies.trusted = trusted }.isEmpty == isFine, "\(name)")
    }

    @Test(arguments: [
        (
            "every origin with credentials", ["browser.crossOrigin.allowsCredentials"],
            CrossOriginRules(isEnabled: true, allowsAnyOrigin: true, allowsCredentials: true)
        ),
        (
            "the same while off", ["browser.crossOrigin.allowsCredentials"],
            CrossOriginRules(allowsAnyOrigin: true, allowsCredentials: true)
        ),
        (
            "every origin and a list", ["browser.crossOrigin.allowsAnyOrigin"],
            CrossOriginRules(origins: ["https://a.example"], allowsAnyOrigin: true)
        ),
        (
            "wildcard as origin", ["browser.crossOrigin.origins[0]"],
            CrossOriginRules(origins: ["*"])
        ),
        ("null as origin", ["browser.crossOrigin.origins[0]"], CrossOriginRules(origins: ["null"])),
        (
            "origin twice", ["browser.crossOrigin.origins[1]"],
            CrossOriginRules(origins: ["https://a.example", "https://a.example"])
        ),
        ("endless", ["browser.crossOrigin.maxAgeSeconds"], CrossOriginRules(maxAgeSeconds: 86_401)),
        ("negative", ["browser.crossOrigin.maxAgeSeconds"], CrossOriginRules(maxAgeSeconds: -1)),
    ])
    func `refuses sharing`(name: String, expected: [String], rules: CrossOriginRules) {
        #expect(paths { $0.browser.crossOrigin = rules } == expected, "\(name)")
    }

    private static let keys: [(String, KeyRecord, String)] = [
        ("basic without a user", changed { $0.username = nil }, "username"),
        ("empty user", changed { $0.username = "" }, "username"),
        ("user with a colon", changed { $0.username = "a:b" }, "username"),
        ("user with a space", changed { $0.username = "a b" }, "username"),
        ("user beyond ASCII", changed { $0.username = "jürgen" }, "username"),
        (
            "long user", changed { $0.username = String(repeating: "a", count: 65) }, "username"
        ),
        (
            "password without a derivation", changed { $0.secrets[0].derivation = nil },
            "secrets[0].derivation"
        ),
        (
            "short salt", changed { $0.secrets[0].derivation?.salt = "00" },
            "secrets[0].derivation.salt"
        ),
        (
            "salt in capitals",
            changed { $0.secrets[0].derivation?.salt = "00112233445566778899AABBCCDDEEFF" },
            "secrets[0].derivation.salt"
        ),
        ("cheap", changed { $0.secrets[0].derivation?.cost = 13 }, "secrets[0].derivation.cost"),
        ("dear", changed { $0.secrets[0].derivation?.cost = 18 }, "secrets[0].derivation.cost"),
        ("user of an API key", changed(key()) { $0.username = "ana" }, "username"),
        (
            "derivation of a bearer token",
            changed(key()) {
                $0.scheme = .bearer
                $0.secrets[0].derivation = derivedSecret(1).derivation
            }, "secrets[0].derivation"
        ),
        ("empty pattern", changed(key()) { $0.access.tools.allow = [""] }, "access.tools.allow[0]"),
        (
            "long pattern",
            changed(key()) { $0.access.methods.deny = [String(repeating: "a", count: 129)] },
            "access.methods.deny[0]"
        ),
        (
            "pattern with an escape", changed(key()) { $0.access.tools.deny = ["\u{1B}[2J"] },
            "access.tools.deny[0]"
        ),
        (
            "crooked network",
            changed(key()) {
                $0.access.networks = [AddressPrefix(uncheckedNetwork: .v4(1), length: 8)]
            }, "access.networks[0]"
        ),
        (
            "no rate", changed(key()) { $0.access.rate = RateRule(requestsPerMinute: 0) },
            "access.rate.requestsPerMinute"
        ),
    ]

    private static func changed(
        _ record: KeyRecord = password(),
        _ change: (inout KeyRecord) -> Void
    ) -> KeyRecord {
        var record = record
        change(&record)
        return record
    }

    @Test(arguments: keys)
    func `refuses a key`(name: String, record: KeyRecord, path: String) {
        let found = paths { $0.authentication.keys = [record] }
        #expect(found == ["authentication.keys[0].\(path)"], "\(name)")
    }

    @Test func `one user has one password that is not revoked`() {
        let second = password("pass5678", secrets: [derivedSecret(8)])
        var revoked = second
        revoked.state = .revoked
        #expect(
            paths { $0.authentication.keys = [password(), second] }
                == ["authentication.keys[1].username"]
        )
        #expect(paths { $0.authentication.keys = [password(), revoked] }.isEmpty)
    }

    private static let tokens: [(String, TokenRules, String)] = [
        ("no issuer", tokens { $0.issuer = "" }, "issuer"),
        ("issuer with a space", tokens { $0.issuer = "https://a b" }, "issuer"),
        ("audience that is a word", tokens { $0.audience = "gate" }, "audience"),
        ("audience with a fragment", tokens { $0.audience = "https://a/#b" }, "audience"),
        ("audience with a user", tokens { $0.audience = "https://u@a/" }, "audience"),
        ("keys over plain HTTP", tokens { $0.keySet = "http://id.example/keys" }, "keySet"),
        ("keys from metadata", tokens { $0.keySet = "https://169.254.169.254/k" }, "keySet"),
        ("keys from a name like loopback", tokens { $0.keySet = "http://localhost.a/k" }, "keySet"),
        ("keys from a relative path", tokens { $0.keySet = "keys.json" }, "keySet"),
        ("keys from another scheme", tokens { $0.keySet = "ftp://a/k" }, "keySet"),
        ("keys from a file address", tokens { $0.keySet = "file:///etc/keys" }, "keySet"),
        ("keys from a path with a control", tokens { $0.keySet = "/a\u{0}b" }, "keySet"),
        ("keys from the root", tokens { $0.keySet = "/" }, "keySet"),
        ("no keys", tokens { $0.keySet = "" }, "keySet"),
        ("a long skew", tokens { $0.clockSkewSeconds = 301 }, "clockSkewSeconds"),
        ("a negative skew", tokens { $0.clockSkewSeconds = -1 }, "clockSkewSeconds"),
        ("empty scope", tokens { $0.scopes = [TokenScopeRule(scope: "")] }, "scopes[0].scope"),
        ("two scopes", tokens { $0.scopes = [TokenScopeRule(scope: "a b")] }, "scopes[0].scope"),
        ("quote", tokens { $0.scopes = [TokenScopeRule(scope: "a\"")] }, "scopes[0].scope"),
        ("backslash", tokens { $0.scopes = [TokenScopeRule(scope: "\\")] }, "scopes[0].scope"),
        (
            "scope twice",
            tokens { $0.scopes = Array(repeating: TokenScopeRule(scope: "a"), count: 2) },
            "scopes[1].scope"
        ),
        (
            "bad access",
            tokens {
                let access = AccessRules(tools: PatternRules(allow: [""]))
                $0.scopes = [TokenScopeRule(scope: "a", access: access)]
            }, "scopes[0].access.tools.allow[0]"
        ),
    ]

    private static func tokens(_ change: (inout TokenRules) -> Void) -> TokenRules {
        var rules = TokenRules(
            issuer: "https://id.example",
            audience: "https://gate.example/mcp",
            keySet: "https://id.example/keys"
        )
        change(&rules)
        return rules
    }

    @Test(arguments: tokens)
    func `refuses token rules`(name: String, rules: TokenRules, path: String) {
        #expect(
            paths { $0.authentication.tokens = rules } == ["authentication.tokens.\(path)"],
            "\(name)"
        )
    }

    @Test(arguments: [
        "/etc/keys.json", "https://id.example:8443/keys?v=1", "http://127.0.0.1:9000/keys",
        "http://[::1]/keys", "http://localhost/keys",
    ])
    func `accepts a key set`(place: String) {
        #expect(paths { $0.authentication.tokens = Self.tokens { $0.keySet = place } }.isEmpty)
    }

    @Test(arguments: [
        ("no kind", "build"), ("empty", ""), ("only a kind", "CN="), ("other case", "cn=build"),
        ("other kind", "IP:10.0.0.1"), ("control", "CN=a\u{7}"), ("override", "CN=\u{202E}a"),
        ("long", "DNS:" + String(repeating: "a", count: 253)),
    ])
    func `refuses a certificate's subject`(name: String, subject: String) {
        let rule = CertificateRule(name: "build", subject: subject)
        #expect(
            paths { $0.authentication.certificates = [rule] }
                == ["authentication.certificates[0].subject"],
            "\(name)"
        )
    }

    @Test(arguments: [
        ("never", FailureRules(countMax: 0), "countMax"),
        ("too many", FailureRules(countMax: 10_001), "countMax"),
        ("no window", FailureRules(windowSeconds: 0), "windowSeconds"),
        ("long window", FailureRules(windowSeconds: 3601), "windowSeconds"),
        ("short ban", FailureRules(banSeconds: 14), "banSeconds"),
        ("negative ban", FailureRules(banSeconds: -1), "banSeconds"),
        ("short longest ban", FailureRules(banSeconds: 0, banSecondsMax: 14), "banSecondsMax"),
        ("long longest ban", FailureRules(banSecondsMax: 604_801), "banSecondsMax"),
        ("longest below first", FailureRules(banSeconds: 60, banSecondsMax: 59), "banSecondsMax"),
    ])
    func `refuses failure rules`(name: String, rules: FailureRules, path: String) {
        #expect(
            paths { $0.authentication.failures = rules } == ["authentication.failures.\(path)"],
            "\(name)"
        )
    }

    @Test(arguments: [
        ("connections", ConcurrencyRules(connections: 0)),
        ("connections above", ConcurrencyRules(connections: 100_001)),
        ("per address", ConcurrencyRules(connectionsPerAddress: -1)),
        ("requests", ConcurrencyRules(requestsPerPrincipal: 100_001)),
        ("streams", ConcurrencyRules(streams: .min)),
        ("streams per principal", ConcurrencyRules(streamsPerPrincipal: .max)),
        ("lag", ConcurrencyRules(loopLagMillisecondsMax: 60_001)),
    ])
    func `refuses concurrency out of bounds`(name: String, rules: ConcurrencyRules) {
        #expect(paths { $0.limits.concurrency = rules }.count == 1, "\(name)")
    }

    @Test func `bounds bytes and patterns of limits`() {
        #expect(paths { $0.limits.bytesPerMinute = -1 } == ["limits.bytesPerMinute"])
        #expect(paths { $0.limits.bytesPerMinute = .max } == ["limits.bytesPerMinute"])
        let rule = ToolRateRule(pattern: "", rate: RateRule(burst: 0))
        #expect(
            paths { $0.limits.perTool = [rule] }
                == ["limits.perTool[0].pattern", "limits.perTool[0].rate.burst"]
        )
    }

    private static let upstreams: [(String, UpstreamRule, String)] = [
        ("neither", UpstreamRule(url: ""), "url"),
        (
            "both", changed(UpstreamRule(command: ["mcp"])) { $0.url = "http://127.0.0.1/" }, "url"
        ),
        ("empty executable", UpstreamRule(command: [""]), "command[0]"),
        ("NUL in an argument", UpstreamRule(command: ["mcp", "a\0b"]), "command[1]"),
        ("line feed in an argument", UpstreamRule(command: ["mcp", "a\nb"]), "command[1]"),
        (
            "too many arguments",
            UpstreamRule(command: Array(repeating: "a", count: 65)), "command"
        ),
        (
            "shared address",
            changed(UpstreamRule(url: "http://127.0.0.1/")) { $0.isSharedChild = true },
            "isSharedChild"
        ),
        (
            "routing field", credential(UpstreamCredential(field: "Host", source: "env:A")),
            "credential.field"
        ),
        (
            "framing field",
            credential(UpstreamCredential(field: "content-length", source: "env:A")),
            "credential.field"
        ),
        (
            "field with a line feed",
            credential(UpstreamCredential(field: "A\r\nB", source: "env:A")), "credential.field"
        ),
        (
            "prefix with a line feed",
            credential(UpstreamCredential(prefix: "Bearer\n", source: "env:A")),
            "credential.prefix"
        ),
        (
            "the secret itself", credential(UpstreamCredential(source: "s3cret")),
            "credential.source"
        ),
        ("relative file", credential(UpstreamCredential(source: "file:a")), "credential.source"),
        ("empty variable", credential(UpstreamCredential(source: "env:")), "credential.source"),
        ("variable with =", credential(UpstreamCredential(source: "env:A=B")), "credential.source"),
    ]

    private static func changed(
        _ rule: UpstreamRule,
        _ change: (inout UpstreamRule) -> Void
    ) -> UpstreamRule {
        var rule = rule
        change(&rule)
        return rule
    }

    private static func credential(_ credential: UpstreamCredential) -> UpstreamRule {
        UpstreamRule(url: "http://127.0.0.1:9000/mcp", credential: credential)
    }

    @Test(arguments: upstreams)
    func `refuses an upstream`(name: String, rule: UpstreamRule, path: String) {
        #expect(paths { $0.upstream = rule } == ["upstream.\(path)"], "\(name)")
        #expect(
            paths { $0.servers = [ServerRule(name: "a", upstream: rule)] }
                == ["servers[0].upstream.\(path)"],
            "\(name)"
        )
    }

    @Test(arguments: [
        ("empty", ""), ("capital", "Files"), ("slash", "a/b"), ("dot", ".."), ("space", "a b"),
        ("percent", "a%2f"), ("long", String(repeating: "a", count: 33)), ("beyond ASCII", "ä"),
    ])
    func `refuses a server's name`(name: String, text: String) {
        let rule = ServerRule(name: text, upstream: UpstreamRule(command: ["mcp"]))
        #expect(paths { $0.servers = [rule] } == ["servers[0].name"], "\(name)")
    }

    @Test func `refuses two servers of one name and too many`() {
        let rule = ServerRule(name: "a", upstream: UpstreamRule(command: ["mcp"]))
        #expect(paths { $0.servers = [rule, rule] } == ["servers[1].name"])
        let many = (0...64).map { number in
            ServerRule(name: "s\(number)", upstream: UpstreamRule(command: ["mcp"]))
        }
        #expect(paths { $0.servers = many } == ["servers"])
    }
}
