import MCP
import Testing

@testable import Policy

@Suite struct CrossOriginGuardTests {
    private typealias Finding = CrossOriginGuard.Finding

    private static let app = "https://app.example"

    private static let listed = CrossOriginRules(isEnabled: true, origins: [app])

    private func finding(
        _ lines: [String],
        method: String = "POST",
        under rules: CrossOriginRules = Self.listed
    ) -> Finding? {
        let head = ["\(method) /mcp HTTP/1.1", "Host: localhost"] + lines + ["", ""]
        let bytes = Array(head.joined(separator: "\r\n").utf8)
        guard case .complete(let head) = RequestHeadParser.parse(bytes.span.bytes) else {
            return nil
        }
        return CrossOriginGuard(BrowserRules(crossOrigin: rules)).finding(
            method: head.method,
            fields: head.fields,
            in: bytes.span.bytes
        )
    }

    private func fields(of finding: Finding?) -> [String: String] {
        switch finding {
        case .goOn(let fields), .preflight(let fields):
            Dictionary(fields.map { ($0.name, $0.value) }) { first, _ in first }
        case .refused, nil: [:]
        }
    }

    private func isPreflight(_ finding: Finding?) -> Bool {
        if case .preflight = finding { true } else { false }
    }

    private func denial(of finding: Finding?) -> CallDenial? {
        if case .refused(let denial) = finding { denial } else { nil }
    }

    private static let preflight = [
        "Origin: \(app)", "Access-Control-Request-Method: POST",
        "Access-Control-Request-Headers: content-type, mcp-param-region, x-evil",
    ]

    @Test func `a page of a listed origin may read the answer`() {
        let found = fields(of: finding(["Origin: \(Self.app)"]))
        #expect(found["Access-Control-Allow-Origin"] == Self.app)
        #expect(found["Vary"] == "Origin")
        #expect(found["Access-Control-Allow-Credentials"] == nil)
        let exposed = found["Access-Control-Expose-Headers"] ?? ""
        for name in ["Mcp-Session-Id", "WWW-Authenticate", "Retry-After", "RateLimit"] {
            #expect(exposed.contains(name), "\(name)")
        }
    }

    @Test func `answers a preflight with what clients of MCP need`() {
        let answer = finding(Self.preflight, method: "OPTIONS")
        #expect(isPreflight(answer))
        let found = fields(of: answer)
        #expect(found["Access-Control-Allow-Origin"] == Self.app)
        #expect(found["Access-Control-Allow-Methods"] == "GET, POST, DELETE")
        #expect(found["Access-Control-Max-Age"] == "600")
        #expect(found["Vary"] == "Origin")
        let names = (found["Access-Control-Allow-Headers"] ?? "").split(separator: ", ")
        for name in [
            "content-type", "authorization", "accept", "x-api-key", "mcp-protocol-version",
            "mcp-method", "mcp-name", "mcp-session-id", "last-event-id", "mcp-param-region",
        ] {
            #expect(names.contains(Substring(name)), "\(name)")
        }
        #expect(!names.contains("x-evil"))
        #expect(!names.contains("*"))
    }

    @Test(arguments: [
        ("not OPTIONS", "POST", [1]), ("no requested method", "OPTIONS", []),
    ])
    func `is no preflight`(name: String, method: String, kept: [Int]) {
        let lines = [Self.preflight[0]] + kept.map { Self.preflight[$0] }
        let found = finding(lines, method: method)
        #expect(!isPreflight(found), "\(name)")
        #expect(fields(of: found)["Access-Control-Allow-Origin"] == Self.app)
    }

    @Test(arguments: [
        ("another name", "https://evil.example"), ("other scheme", "http://app.example"),
        ("with port", "https://app.example:8443"),
        ("own port spelt out", "https://app.example:443"),
        ("capitals", "https://APP.example"), ("trailing slash", "https://app.example/"),
        ("name behind", "https://app.example.evil.example"),
        ("name before", "https://evilapp.example"),
        ("user name", "https://app.example@evil.example"), ("trailing dot", "https://app.example."),
        ("opaque", "null"), ("wildcard", "*"), ("empty", ""),
        ("list", "https://app.example, https://evil.example"),
        ("list with spaces", "https://app.example https://evil.example"),
        ("path", "https://app.example/path"),
    ])
    func `refuses a foreign origin, preflight or not, with sharing on or off`(
        name: String,
        origin: String
    ) {
        for rules in [Self.listed, CrossOriginRules(isEnabled: false, origins: [Self.app])] {
            let call = denial(of: finding(["Origin: \(origin)"], under: rules))
            #expect(call?.status == 403, "\(name)")
            #expect(call?.code == .originNotAllowed)
            let lines = ["Origin: \(origin)"] + Self.preflight.dropFirst()
            #expect(
                denial(of: finding(lines, method: "OPTIONS", under: rules))?.status == 403,
                "\(name)"
            )
        }
    }

    @Test func `a listed origin is foreign while sharing is off`() {
        let off = CrossOriginRules(isEnabled: false, origins: [Self.app])
        #expect(denial(of: finding(["Origin: \(Self.app)"], under: off))?.status == 403)
    }

    @Test func `an origin that is allowed but not listed goes on and may read nothing`() {
        let local = ["Origin: http://localhost:3000"]
        #expect(fields(of: finding(local)) == ["Vary": "Origin"])
        #expect(finding(local, under: CrossOriginRules()) == .goOn([]))
        let lines = local + Self.preflight.dropFirst()
        #expect(finding(lines, method: "OPTIONS", under: CrossOriginRules()) == .goOn([]))
    }

    @Test func `a request without Origin goes on, and caches are told`() {
        #expect(fields(of: finding([])) == ["Vary": "Origin"])
        #expect(finding([], under: CrossOriginRules()) == .goOn([]))
    }

    @Test func `any origin is answered with a star and never with credentials`() {
        let any = CrossOriginRules(
            isEnabled: true,
            allowsAnyOrigin: true,
            allowsCredentials: true
        )
        let found = fields(of: finding(["Origin: https://whoever.example"], under: any))
        #expect(found["Access-Control-Allow-Origin"] == "*")
        #expect(found["Access-Control-Allow-Credentials"] == nil)
        #expect(found["Vary"] == nil)
        #expect(denial(of: finding(["Origin: null"], under: any))?.status == 403)
        let disabled = CrossOriginRules(isEnabled: false, allowsAnyOrigin: true)
        #expect(
            denial(of: finding(["Origin: https://whoever.example"], under: disabled))?.status == 403
        )
    }

    @Test func `credentials are allowed to listed origins by name`() {
        var rules = Self.listed
        rules.allowsCredentials = true
        for found in [
            finding([Self.preflight[0]], under: rules),
            finding(Self.preflight, method: "OPTIONS", under: rules),
        ] {
            #expect(fields(of: found)["Access-Control-Allow-Credentials"] == "true")
            #expect(fields(of: found)["Access-Control-Allow-Origin"] == Self.app)
        }
    }

    @Test(arguments: [
        ("capitals", "Mcp-Param-Region"), ("nothing behind", "mcp-param-"), ("star", "mcp-param-*"),
        ("space", "mcp-param-a b"), ("line end", "mcp-param-a%0d%0aX: y"),
        ("quote", "mcp-param-\"a\""),
        ("colon", "mcp-param-a:b"), ("non-ASCII", "mcp-param-ä"),
        ("too long", "mcp-param-" + String(repeating: "a", count: 55)),
    ])
    func `never echoes a name that is not plain`(name: String, requested: String) {
        let lines = Self.preflight.dropLast() + ["Access-Control-Request-Headers: \(requested)"]
        let found = fields(of: finding(Array(lines), method: "OPTIONS"))
        #expect(found["Access-Control-Allow-Headers"]?.contains("mcp-param") == false, "\(name)")
    }

    @Test func `echoes 32 names at most`() {
        let names = (0..<100).map { "mcp-param-\($0)" }.joined(separator: ",")
        let lines = Self.preflight.dropLast() + ["Access-Control-Request-Headers: \(names)"]
        let found = fields(of: finding(Array(lines), method: "OPTIONS"))
        let echoed = found["Access-Control-Allow-Headers"]?.split(separator: ", ").filter {
            $0.hasPrefix("mcp-param-")
        }
        #expect(echoed?.count == 32)
    }
}
