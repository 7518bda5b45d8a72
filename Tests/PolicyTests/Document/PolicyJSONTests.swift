import MCP
import Testing

@testable import Policy

@Suite struct PolicyJSONTests {
    private func full() throws -> PolicyDocument {
        try .everyMemberSet()
    }

    /// The document's JSON with one piece of its text replaced.
    private func problems(_ piece: String, _ other: String) throws -> [PolicyProblem] {
        let text = String(decoding: try full().json.serialized(), as: UTF8.self)
        let pieces = Array(text.utf8)
        let start = try #require(
            pieces.indices.first { pieces[$0...].starts(with: piece.utf8) },
            "\(piece) is not in \(text)"
        )
        let changed = pieces[..<start] + Array(other.utf8) + pieces[(start + piece.utf8.count)...]
        let json = try JSONValue.parse(Array(changed))
        do throws(PolicyProblems) {
            _ = try PolicyDocument(json: json)
            return []
        } catch {
            return error.problems
        }
    }

    @Test func `reads what it writes`() throws {
        #expect(try PolicyDocument(json: full().json) == full())
        #expect(try PolicyDocument(json: PolicyDocument().json) == PolicyDocument())
        let bytes = try full().json.serialized()
        #expect(try PolicyDocument(json: JSONValue.parse(bytes)) == full())
    }

    @Test func `equal documents write equal bytes`() throws {
        #expect(try full().json.serialized() == full().json.serialized())
        #expect(
            String(decoding: PolicyDocument().json.serialized(), as: UTF8.self)
                .hasPrefix("{\"allowlist\":[],\"denylist\":[],\"browser\":{\"allowedHosts\":[")
        )
    }

    private static let upstream =
        "{\"url\":\"http://127.0.0.1:9000/mcp\",\"command\":[],\"isSharedChild\":false}"

    @Test(arguments: [
        ("unknown member", "\"denylist\"", "\"denyList\"", ["denyList", "denylist"]),
        (
            "look-alike member", "\"perKey\"", "\"per\u{212A}ey\"",
            ["limits.(a name that is not plain text)", "limits.perKey"]
        ),
        (
            "escape in a name", "\"perAddress\":{\"requestsPerMinute\":60,\"burst\"",
            "\"perAddress\":{\"requestsPerMinute\":60,\"\\u001b[2J\"",
            ["limits.perAddress.(a name that is not plain text)", "limits.perAddress.burst"]
        ),
        ("bad prefix", "10.0.0.0/8", "10.0.0.1/8", ["allowlist[0].prefix"]),
        ("number as prefix", "\"10.0.0.0/8\"", "10", ["allowlist[0].prefix"]),
        ("bad moment", "2027-", "1969-", ["allowlist[0].expires"]),
        (
            "number as bool", "\"isRequired\":true", "\"isRequired\":1",
            ["authentication.isRequired"]
        ),
        (
            "text as bool", "\"isRequired\":true", "\"isRequired\":\"true\"",
            ["authentication.isRequired"]
        ),
        (
            "null as bool", "\"isRequired\":true", "\"isRequired\":null",
            ["authentication.isRequired"]
        ),
        ("fraction", "\"blockSeconds\":60", "\"blockSeconds\":60.5", ["limits.blockSeconds"]),
        ("whole fraction", "\"blockSeconds\":60", "\"blockSeconds\":60.0", ["limits.blockSeconds"]),
        (
            "beyond 64 bits", "\"blockSeconds\":60", "\"blockSeconds\":99999999999999999999",
            ["limits.blockSeconds"]
        ),
        ("out of bounds", "\"blockSeconds\":60", "\"blockSeconds\":-60", ["limits.blockSeconds"]),
        ("missing", "\"blockSeconds\":60,", "", ["limits.blockSeconds"]),
        ("unknown state", "\"disabled\"", "\"paused\"", ["authentication.keys[0].state"]),
        ("state in other case", "\"disabled\"", "\"Disabled\"", ["authentication.keys[0].state"]),
        (
            "bad digest", "\"digest\":\"00", "\"digest\":\"zz",
            ["authentication.keys[0].secrets[0].digest"]
        ),
        (
            "text as upstream", Self.upstream, "\"http://a/\"", ["upstream"]
        ),
        ("invalid upstream", "http://127.0.0.1:9000", "ftp://127.0.0.1:9000", ["upstream.url"]),
        (
            "unknown member in a secret", "\"retires\"", "\"retired\"",
            ["authentication.keys[0].secrets[1].retired"]
        ),
        ("unknown scheme", "\"basic\"", "\"digest\"", ["authentication.keys[1].scheme"]),
        (
            "null as scheme", "\"scheme\":\"basic\"", "\"scheme\":null",
            ["authentication.keys[1].scheme"]
        ),
        ("unknown word", "\"x-forwarded-for\"", "\"x-real-ip\"", ["proxies.field"]),
        (
            "scope without access", "\"scope\":\"mcp:read\",\"access\"",
            "\"scope\":\"mcp:read\",\"acces\"",
            [
                "authentication.tokens.scopes[0].acces",
                "authentication.tokens.scopes[0].access",
            ]
        ),
        (
            "text as pattern list", "\"allow\":[\"tools/*\"]", "\"allow\":\"*\"",
            ["authentication.tokens.scopes[0].access.methods.allow"]
        ),
        (
            "lockdown without networks", "\"networks\":[\"192.0.2.0/24\"],", "",
            ["lockdown.networks"]
        ),
        ("bad network of lockdown", "192.0.2.0/24", "192.0.2.1/24", ["lockdown.networks[0]"]),
        (
            "unknown concurrency", "\"streams\":1000", "\"stream\":1000",
            ["limits.concurrency.stream"]
        ),
        (
            "number beyond Int", "\"cost\":15", "\"cost\":15.5",
            ["authentication.keys[1].secrets[0].derivation.cost"]
        ),
    ])
    func `refuses`(name: String, piece: String, other: String, paths: [String]) throws {
        #expect(try problems(piece, other).map(\.path) == paths, "\(name)")
    }

    @Test(arguments: [
        "allowlist", "denylist", "browser", "authentication", "limits", "isDebugLoggingEnabled",
    ])
    func `a text without a section never opens the gate`(section: String) throws {
        guard case .object(let members) = try full().json else {
            Issue.record("not an object")
            return
        }
        let json = JSONValue.object(members.filter { $0.key != section })
        #expect(throws: PolicyProblems([PolicyProblem(path: section, message: "is missing")])) {
            try PolicyDocument(json: json)
        }
    }

    @Test(arguments: ["proxies", "servers", "tools", "lockdown", "upstream"])
    func `a section that came later may be left out and has its default`(section: String) throws {
        guard case .object(let members) = PolicyDocument().json else {
            Issue.record("not an object")
            return
        }
        let json = JSONValue.object(members.filter { $0.key != section })
        #expect(try PolicyDocument(json: json) == PolicyDocument())
    }

    @Test func `a policy that an older build wrote still reads`() throws {
        let text = """
            {"allowlist":[{"prefix":"10.0.0.0/8"}],"denylist":[],\
            "browser":{"allowedHosts":["localhost"],"allowedOrigins":[]},\
            "authentication":{"isRequired":true,"keys":[{"id":"abcd1234","name":"ci",\
            "state":"enabled","created":"2027-01-15T08:00:00Z","secrets":[{"digest":"\(digest(1))",\
            "created":"2027-01-15T08:00:00Z"}]}]},\
            "limits":{"isRateLimitEnabled":true,"perAddress":{"requestsPerMinute":60,"burst":60},\
            "perKey":{"requestsPerMinute":60,"burst":60},"blockSeconds":60,"bodyBytesMax":1024},\
            "upstream":{"url":"http://127.0.0.1:9000/mcp"},"isDebugLoggingEnabled":false}
            """
        let document = try PolicyDocument(json: JSONValue.parse(Array(text.utf8)))
        var expected = PolicyDocument()
        expected.allowlist = [try entry("10.0.0.0/8")]
        expected.browser = BrowserRules(allowedHosts: ["localhost"], allowedOrigins: [])
        expected.authentication.keys = [key()]
        expected.limits.bodyBytesMax = 1024
        expected.upstream = UpstreamRule(url: "http://127.0.0.1:9000/mcp")
        #expect(document == expected)
    }

    @Test func `no upstream may be left out or null`() throws {
        #expect(try problems("\"upstream\":\(Self.upstream),", "").isEmpty)
        #expect(try problems(Self.upstream, "null").isEmpty)
    }

    @Test func `reports what cannot be read and what is not valid at once`() throws {
        var document = try full()
        document.limits.perKey.burst = 0
        guard case .object(var members) = document.json else { return }
        members[0].value = .string("everyone")
        members.append(JSONMember("extra", .null))
        let json = JSONValue.object(members)
        let problems = #expect(throws: PolicyProblems.self) { try PolicyDocument(json: json) }
        #expect(problems?.problems.map(\.path) == ["extra", "allowlist", "limits.perKey.burst"])
    }

    @Test(arguments: [JSONValue.null, .array([]), .string("x"), .integer(1), .object([])])
    func `refuses anything but a whole object`(json: JSONValue) {
        #expect(throws: PolicyProblems.self) { try PolicyDocument(json: json) }
    }

    @Test func `refuses a member that stands there twice`() throws {
        guard case .object(let members) = try full().json else { return }
        let json = JSONValue.object(members + [members[0]])
        let problems = #expect(throws: PolicyProblems.self) { try PolicyDocument(json: json) }
        #expect(problems?.problems.map(\.message) == ["stands there twice"])
    }
}
