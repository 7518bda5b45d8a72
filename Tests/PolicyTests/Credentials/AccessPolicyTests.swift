import Testing

@testable import Policy

@Suite struct AccessPolicyTests {
    @Test(arguments: [
        ("plain", "get_weather", "get_weather", true), ("longer", "get", "get_weather", false),
        ("shorter", "get_weather", "get", false), ("other case", "get", "Get", false),
        ("star alone", "*", "anything", true), ("star and nothing", "*", "", true),
        ("only stars", "***", "", true), ("prefix", "get_*", "get_weather", true),
        ("prefix itself", "get_*", "get_", true), ("prefix too long", "get_*", "get", false),
        ("suffix", "*_read", "file_read", true), ("suffix missing", "*_read", "file_write", false),
        ("both ends overlap", "aba*aba", "ababa", false), ("both ends", "aba*aba", "abaaba", true),
        ("middle", "a*b*c", "a-b-c", true), ("middle missing", "a*b*c", "a-c", false),
        ("middle only in the suffix", "a*c*c", "ac", false),
        ("pieces in the wrong order", "*b*a*", "ab", false),
        ("piece after a false start", "*aab*", "aaab", true),
        ("piece that begins within itself", "*abab*", "abaabab", true),
        ("question mark is a letter", "get_?", "get_a", false),
        ("brackets are letters", "[a-z]*", "a", false), ("dot is a letter", "a.c", "abc", false),
        ("backslash is a letter", #"a\*"#, #"a\b"#, true), ("NUL inside", "a*c", "a\0c", true),
        ("beyond ASCII", "café*", "cafe\u{301}s", false), ("line feed", "a*", "a\nb", true),
    ])
    func `compares a name with a pattern`(
        name: String,
        pattern: String,
        tool: String,
        isMatch: Bool
    ) {
        let pattern = NamePattern(pattern)
        #expect(withBytes(tool) { pattern.matches($0) } == isMatch, "\(name)")
    }

    @Test func `no pattern and name together make it look again and again`() {
        let pattern = NamePattern(String(repeating: "*a", count: 63) + "*b")
        let needle = NamePattern("*" + String(repeating: "a", count: 125) + "b*")
        let hostile = String(repeating: "a", count: 4_000_000)
        let clock = ContinuousClock()
        let elapsed = clock.measure {
            #expect(!withBytes(hostile) { pattern.matches($0) })
            #expect(!withBytes(hostile) { needle.matches($0) })
        }
        #expect(elapsed < .seconds(20))
    }

    private func rules(_ allow: [String], _ deny: [String] = []) -> PatternRules {
        PatternRules(allow: allow, deny: deny)
    }

    private func compiled(_ rules: AccessRules) throws -> AccessPolicy {
        try #require(AccessPolicy(rules))
    }

    @Test func `rules that allow everything need no policy`() {
        #expect(AccessPolicy(AccessRules()) == nil)
        #expect(AccessPolicy(AccessRules(rate: RateRule())) != nil)
    }

    @Test func `a denial wins over an allowance`() throws {
        let policy = try compiled(
            AccessRules(tools: rules(["get_*", "list"], ["get_secret*", "*_all"]))
        )
        let home = try client("127.0.0.1")
        for (tool, isAllowed) in [
            ("get_weather", true), ("list", true), ("get_secret", false), ("get_secrets", false),
            ("get_all", false), ("delete", false), ("", false), ("GET_weather", false),
        ] {
            #expect(policy.allows(tool: tool, from: home) == isAllowed, "\(tool)")
        }
    }

    @Test func `denials alone leave the rest open`() throws {
        let policy = try compiled(AccessRules(tools: rules([], ["rm*"])))
        let home = try client("127.0.0.1")
        #expect(policy.allows(tool: "get", from: home))
        #expect(!policy.allows(tool: "rm_all", from: home))
        #expect(withBytes("tools/list") { policy.allows(method: $0, from: home) })
    }

    @Test func `tools are closed to whoever may not call tools`() throws {
        let policy = try compiled(AccessRules(methods: rules(["tools/list", "ping"])))
        let home = try client("127.0.0.1")
        #expect(!policy.allows(tool: "get_weather", from: home))
        #expect(withBytes("ping") { policy.allows(method: $0, from: home) })
        #expect(!withBytes("tools/call") { policy.allows(method: $0, from: home) })
    }

    @Test(arguments: [
        ("inside", "10.1.2.3", true), ("outside", "11.0.0.1", false),
        ("mapped", "::ffff:10.0.0.1", true), ("IPv6 inside", "2001:db8::7", true),
        ("IPv6 outside", "2001:db9::7", false),
    ])
    func `is good only from its networks`(name: String, address: String, isGood: Bool) throws {
        let policy = try compiled(
            AccessRules(networks: [try network("10.0.0.0/8"), try network("2001:db8::/32")])
        )
        let caller = try client(address)
        #expect(policy.allows(client: caller) == isGood, "\(name)")
        #expect(policy.allows(tool: "x", from: caller) == isGood, "\(name)")
    }

    @Test func `a token without a scope may do nothing`() throws {
        let access = TokenAccess(tokenRules([AccessRules()])).access(ofScopesAt: [])
        let home = try client("127.0.0.1")
        let policy = try #require(access)
        #expect(!policy.allows(client: home))
        #expect(!policy.allows(tool: "x", from: home))
        #expect(!withBytes("ping") { policy.allows(method: $0, from: home) })
    }

    @Test func `grants of several scopes are added and never mixed`() throws {
        let access = TokenAccess(
            tokenRules([
                AccessRules(tools: rules(["read_*"]), networks: [try network("10.0.0.0/8")]),
                AccessRules(methods: rules(["ping", "tools/list"])),
                AccessRules(tools: rules(["write_*"]), rate: RateRule(requestsPerMinute: 6)),
            ])
        )
        let policy = try #require(access.access(ofScopesAt: [0, 1, 2]))
        let office = try client("10.0.0.1")
        let abroad = try client("192.0.2.1")
        #expect(policy.allows(tool: "read_file", from: office))
        #expect(!policy.allows(tool: "read_file", from: abroad))
        #expect(policy.allows(tool: "write_file", from: abroad))
        #expect(!policy.allows(tool: "delete_file", from: office))
        #expect(policy.rate == RateRule(requestsPerMinute: 6))
        let one = try #require(access.access(ofScopesAt: [1, 9]))
        #expect(!one.allows(tool: "anything", from: office))
    }

    @Test func `a scope that opens everything opens everything`() throws {
        let access = TokenAccess(tokenRules([AccessRules(), AccessRules(tools: rules(["x"]))]))
        #expect(access.access(ofScopesAt: [0, 1]) == nil)
        #expect(access.access(ofScopesAt: [1]) != nil)
    }

    private func tokenRules(_ access: [AccessRules]) -> TokenRules {
        TokenRules(
            issuer: "https://id.example",
            audience: "https://gate.example/mcp",
            keySet: "/etc/keys.json",
            scopes: access.enumerated().map { TokenScopeRule(scope: "s\($0)", access: $1) }
        )
    }

    @Test func `the first pattern that fits gives a tool its rate`() throws {
        let rates = try #require(
            ToolRates([
                ToolRateRule(pattern: "get_secret", rate: RateRule(requestsPerMinute: 1)),
                ToolRateRule(pattern: "get_*", rate: RateRule(requestsPerMinute: 2)),
            ])
        )
        func rate(_ tool: String) -> Int? {
            withBytes(tool) { rates.rate(of: $0)?.rate.requestsPerMinute }
        }
        #expect(rate("get_secret") == 1)
        #expect(rate("get_weather") == 2)
        #expect(rate("put") == nil)
        #expect(ToolRates([]) == nil)
    }
}
