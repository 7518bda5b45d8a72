import Testing

@testable import Policy

@Suite struct PolicyValidationTests {
    private func paths(_ change: (inout PolicyDocument) throws -> Void) rethrows -> [String] {
        var document = PolicyDocument()
        try change(&document)
        return document.problems().map(\.path)
    }

    @Test func `finds nothing wrong with the defaults`() {
        #expect(PolicyDocument().problems().isEmpty)
    }

    @Test func `reports everything at once`() throws {
        let found = try paths { document in
            document.allowlist = [
                try entry("10.0.0.0/8"), try entry("10.0.0.0/8", reason: "\u{7}"),
            ]
            document.limits.perKey.burst = 0
            document.limits.bodyBytesMax = 0
            document.browser.allowedHosts = ["*"]
            document.upstream = UpstreamRule(url: "ftp://x")
        }
        #expect(
            found == [
                "allowlist[1].prefix", "allowlist[1].reason", "browser.allowedHosts[0]",
                "limits.perKey.burst", "limits.bodyBytesMax", "upstream.url",
            ]
        )
    }

    @Test(arguments: [
        ("wildcard", "*"), ("wildcard label", "*.example"), ("empty", ""), ("upper case", "Gate"),
        ("port", "gate.example:80"), ("scheme", "http://gate"), ("path", "gate/x"),
        ("user", "a@b"), ("space", "a b"), ("trailing dot", "gate."), ("beyond ASCII", "gäte"),
        ("bare IPv6", "::1"), ("empty label", "a..b"), ("hyphen first", "-a"),
        ("short address", "127.1"), ("octal", "0177.0.0.1"), ("one number", "2130706433"),
        ("long label", String(repeating: "a", count: 64)),
        ("long name", String(repeating: "a.", count: 130) + "a"), ("control", "a\u{0}"),
        ("zone", "[fe80::1%eth0]"), ("open bracket", "[::1"),
    ])
    func `refuses a host`(name: String, host: String) {
        #expect(
            paths { $0.browser.allowedHosts = [host] } == ["browser.allowedHosts[0]"],
            "\(name)"
        )
    }

    @Test(arguments: [
        ("wildcard", "*"), ("wildcard host", "https://*"), ("wildcard label", "https://*.example"),
        ("null", "null"), ("empty", ""), ("slash", "https://app.example/"),
        ("path", "https://app.example/x"), ("upper case", "https://App.example"),
        ("upper-case scheme", "HTTPS://app.example"), ("other scheme", "ftp://app.example"),
        ("no scheme", "app.example"), ("user", "https://a@app.example"),
        ("query", "https://app.example?x"), ("own port", "https://app.example:443"),
        ("own port of http", "http://app.example:80"), ("port 0", "http://app.example:0"),
        ("backslash", "http://a\\b"), ("wildcard port", "http://localhost:*"),
        ("beyond ASCII", "https://äpp.example"),
    ])
    func `refuses an origin`(name: String, origin: String) {
        #expect(
            paths { $0.browser.allowedOrigins = [origin] } == ["browser.allowedOrigins[0]"],
            "\(name)"
        )
    }

    @Test(arguments: [
        ("TLS", "https://127.0.0.1:9000/mcp"), ("no scheme", "127.0.0.1:9000"), ("empty", ""),
        ("user", "http://a:b@127.0.0.1/"), ("query", "http://127.0.0.1/?a"),
        ("fragment", "http://127.0.0.1/#a"), ("space", "http://127.0.0.1/a b"),
        ("line feed", "http://127.0.0.1/\r\nX: y"), ("backslash", "http://evil\\@127.0.0.1/"),
        ("no host", "http:///mcp"), ("only a port", "http://:80/"), ("port 0", "http://a:0/"),
        ("port too large", "http://a:65536/"), ("metadata", "http://169.254.169.254/"),
        ("mapped metadata", "http://[::ffff:169.254.169.254]/"),
        ("IPv6 link-local", "http://[fe80::1]/"), ("any address", "http://0.0.0.0:9000/"),
        ("octal", "http://0177.0.0.1/"), ("one number", "http://2852039166/"),
        ("upper-case scheme", "HTTP://127.0.0.1/"), ("upper-case host", "http://Upstream/"),
        ("beyond ASCII", "http://127.0.0.1/ä"), ("bare IPv6", "http://::1/"),
        ("too long", "http://a/" + String(repeating: "a", count: 2048)),
    ])
    func `refuses an upstream`(name: String, url: String) {
        #expect(paths { $0.upstream = UpstreamRule(url: url) } == ["upstream.url"], "\(name)")
    }

    @Test(arguments: [
        ("http://127.0.0.1:9000/mcp", "127.0.0.1", 9000, "/mcp", "127.0.0.1:9000"),
        ("http://upstream.internal", "upstream.internal", 80, "/", "upstream.internal"),
        ("http://[::1]:9000/a/b", "::1", 9000, "/a/b", "[::1]:9000"),
        ("http://a:80/%20", "a", 80, "/%20", "a"),
    ])
    func `takes an upstream apart`(
        url: String,
        host: String,
        port: Int,
        path: String,
        authority: String
    ) throws {
        #expect(paths { $0.upstream = UpstreamRule(url: url) }.isEmpty)
        let address = try #require(UpstreamAddress(parsing: url))
        #expect(address.host == host)
        #expect(address.port == port)
        #expect(address.path == path)
        #expect(address.authority == authority)
    }

    @Test(arguments: [
        ("empty", ""), ("escape", "a\u{1B}[2J"), ("line feed", "a\nb"), ("NUL", "a\0"),
        ("C1 control", "a\u{9B}"), ("right-to-left override", "a\u{202E}b"),
        ("isolate", "a\u{2066}b"), ("zero-width space", "a\u{200B}b"),
        ("zero-width joiner", "a\u{200D}b"), ("soft hyphen", "a\u{AD}b"),
        ("byte order mark", "\u{FEFF}a"), ("tag letter", "a\u{E0041}"),
        ("line separator", "a\u{2028}b"), ("no-break space", "a\u{A0}b"),
        ("variation selector", "a\u{FE0F}"), ("Hangul filler", "\u{3164}"),
        ("private use", "\u{E000}"), ("space first", " a"), ("space last", "a "),
        ("too long", String(repeating: "a", count: 65)),
    ])
    func `refuses a key's name`(name: String, text: String) {
        #expect(
            paths { $0.authentication.keys = [key(name: text)] }
                == ["authentication.keys[0].name"],
            "\(name)"
        )
    }

    @Test(arguments: ["ci", "Jürgen's laptop", "日本語", "a-b_c (2)", "x"])
    func `accepts a key's name`(text: String) {
        #expect(paths { $0.authentication.keys = [key(name: text)] }.isEmpty)
    }

    @Test(arguments: [
        ("too long", String(repeating: "a", count: 201)), ("empty", ""), ("escape", "\u{1B}c"),
        ("override", "\u{202E}"),
        ("combining flood over the bound", String(repeating: "a\u{301}", count: 101)),
    ])
    func `refuses a reason`(name: String, reason: String) throws {
        let found = try paths { $0.denylist = [try entry("10.0.0.1", reason: reason)] }
        #expect(found == ["denylist[0].reason"], "\(name)")
    }

    @Test func `refuses equal key ids and equal secrets`() {
        let found = paths { document in
            document.authentication.keys = [
                key(), key(name: "other", secrets: [KeySecret(digest: digest(1), created: noon)]),
            ]
        }
        #expect(
            found == ["authentication.keys[1].id", "authentication.keys[1].secrets[0].digest"]
        )
    }

    @Test func `refuses any secrets but a live one and perhaps a superseded one`() {
        let live = KeySecret(digest: digest(1), created: noon)
        let old = KeySecret(digest: digest(2), created: noon, retires: noon)
        let third = KeySecret(digest: digest(3), created: noon, retires: noon)
        func isFine(_ secrets: [KeySecret]) -> Bool {
            paths { $0.authentication.keys = [key(secrets: secrets)] }.isEmpty
        }
        #expect(isFine([live]))
        #expect(isFine([live, old]))
        #expect(!isFine([]))
        #expect(!isFine([old]))
        #expect(!isFine([old, live]))
        #expect(!isFine([live, KeySecret(digest: digest(2), created: noon)]))
        #expect(!isFine([live, old, third]))
    }

    @Test(arguments: [
        ("short", "abc"), ("long", "abcd12345"), ("hyphen", "abcd-123"), ("empty", ""),
        ("beyond ASCII", "abcdé12"), ("control", "abcd\u{1B}12"),
    ])
    func `refuses a key id`(name: String, id: String) {
        #expect(
            paths { $0.authentication.keys = [key(id)] } == ["authentication.keys[0].id"],
            "\(name)"
        )
    }

    @Test(arguments: [
        ("rate 0", LimitRules(perAddress: RateRule(requestsPerMinute: 0))),
        ("rate above", LimitRules(perAddress: RateRule(requestsPerMinute: 60_000_001))),
        ("burst negative", LimitRules(perKey: RateRule(burst: -1))),
        ("burst above", LimitRules(perKey: RateRule(burst: 1_000_001))),
        ("block negative", LimitRules(blockSeconds: -1)),
        ("block above", LimitRules(blockSeconds: 86_401)),
        ("block of the smallest number", LimitRules(blockSeconds: .min)),
        ("body 0", LimitRules(bodyBytesMax: 0)),
        ("body above", LimitRules(bodyBytesMax: 1_073_741_825)),
    ])
    func `refuses a limit out of bounds`(name: String, limits: LimitRules) {
        #expect(paths { $0.limits = limits }.count == 1, "\(name)")
    }

    @Test(arguments: [
        LimitRules(perAddress: RateRule(requestsPerMinute: 1, burst: 1), blockSeconds: 0),
        LimitRules(perKey: RateRule(requestsPerMinute: 60_000_000, burst: 1_000_000)),
        LimitRules(blockSeconds: 86_400, bodyBytesMax: 1_073_741_824),
        LimitRules(bodyBytesMax: 1),
    ])
    func `accepts limits at their bounds`(limits: LimitRules) {
        #expect(paths { $0.limits = limits }.isEmpty)
    }

    @Test func `refuses an unchecked prefix with bits after its length`() {
        let crooked = AddressPrefix(uncheckedNetwork: .v4(0x0A00_0001), length: 8)
        let long = AddressPrefix(uncheckedNetwork: .v4(0), length: 33)
        #expect(
            paths { $0.denylist = [AddressEntry(prefix: crooked), AddressEntry(prefix: long)] }
                == ["denylist[0].prefix", "denylist[1].prefix"]
        )
    }

    @Test func `bounds its lists`() {
        let entries = (0...100_000).map { number in
            AddressEntry(prefix: AddressPrefix(single: .v4(UInt32(number))))
        }
        #expect(paths { $0.denylist = entries } == ["denylist"])
        #expect(paths { $0.denylist = entries.dropLast() }.isEmpty)
    }
}
