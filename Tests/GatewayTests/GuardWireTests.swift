import Policy
import Telemetry
import Testing

@testable import Gateway

/// Each guard through the wire, by its hostile inputs.
@Suite struct GuardWireTests {
    private static func prefix(_ text: String) throws -> AddressEntry {
        AddressEntry(prefix: try AddressPrefix(parsing: text))
    }

    // MARK: Addresses

    @Test func `a denylisted address gets 403 and the connection ends`() async throws {
        let entry = try Self.prefix("127.0.0.9/32")
        let document = TestGateway.document { $0.denylist = [entry] }
        try await TestGateway.with(document) { gateway in
            let denied = try gateway.client(from: "127.0.0.9")
            let response = try denied.exchange(Requests.post())
            #expect(response.status == 403)
            #expect(response.closes)
            #expect(try denied.isAtEnd())
            let other = try gateway.client(from: "127.0.0.10")
            #expect(try other.exchange(Requests.get()).status == 200)
        }
    }

    @Test func `an allowlist lets nobody else in, not even to health`() async throws {
        let entry = try Self.prefix("127.0.1.0/24")
        let document = TestGateway.document { $0.allowlist = [entry] }
        try await TestGateway.with(document) { gateway in
            let outside = try gateway.client()
            let refused = try outside.exchange(Requests.get())
            #expect(refused.status == 403)
            #expect(refused.body.contains("address_not_allowed"))
            let inside = try gateway.client(from: "127.0.1.7")
            #expect(try inside.exchange(Requests.get()).status == 200)
        }
    }

    @Test(arguments: [
        "X-Forwarded-For: 127.0.1.7", "X-Real-IP: 127.0.1.7", "Forwarded: for=127.0.1.7",
        "CF-Connecting-IP: 127.0.1.7", "True-Client-IP: 127.0.1.7", "X-Client-IP: 127.0.1.7",
    ])
    func `no header changes who the client is`(field: String) async throws {
        let entry = try Self.prefix("127.0.1.0/24")
        let document = TestGateway.document { $0.allowlist = [entry] }
        try await TestGateway.with(document) { gateway in
            let client = try gateway.client()
            #expect(try client.exchange(Requests.get(fields: [field])).status == 403)
        }
    }

    @Test func `a client that comes over IPv6 as IPv4 is the IPv4 client`() async throws {
        let entry = try Self.prefix("127.0.0.9/32")
        let document = TestGateway.document { $0.denylist = [entry] }
        let settings = GatewaySettings.testing { $0.host = "::" }
        try await TestGateway.with(document, settings: settings) { gateway in
            let denied = try gateway.client(from: "127.0.0.9")
            #expect(try denied.exchange(Requests.get()).status == 403)
            let other = try gateway.client(from: "127.0.0.10")
            #expect(try other.exchange(Requests.get()).status == 200)
        }
    }

    // MARK: Browser

    @Test(arguments: [
        "evil.example", "127.0.0.1.evil.example", "localhost.", "127.0.0.1@evil.example",
    ])
    func `a foreign Host is refused`(host: String) async throws {
        try await TestGateway.with { gateway in
            let client = try gateway.client()
            let response = try client.exchange(Requests.post(host: host))
            #expect([400, 403, 421].contains(response.status))
        }
    }

    @Test(arguments: [
        "http://evil.example", "null", "http://127.0.0.1.evil.example", "http://localhost@evil",
        "",
    ])
    func `a foreign Origin is refused`(origin: String) async throws {
        try await TestGateway.with { gateway in
            let client = try gateway.client()
            let response = try client.exchange(Requests.post(fields: ["Origin: \(origin)"]))
            #expect(response.status == 403)
            #expect(response.body.contains("origin_not_allowed"))
        }
    }

    // MARK: Credentials

    @Test(arguments: [
        ("none", [String]()),
        ("wrong", ["X-API-Key: nope"]),
        ("one byte short", ["X-API-Key: \(Requests.key.dropLast())"]),
        ("one byte long", ["X-API-Key: \(Requests.key)x"]),
        ("other case", ["X-API-Key: \(Requests.key.uppercased())"]),
        ("empty", ["X-API-Key:"]),
        ("repeated", ["X-API-Key: \(Requests.key)", "X-API-Key: \(Requests.key)"]),
        (
            "the same twice",
            ["X-API-Key: \(Requests.key)", "Authorization: Bearer \(Requests.key)"]
        ),
        ("contradictory", ["X-API-Key: \(Requests.key)", "Authorization: Bearer other"]),
        ("basic", ["Authorization: Basic \(Requests.key)"]),
        ("no scheme", ["Authorization: \(Requests.key)"]),
        ("bearer without token", ["Authorization: Bearer"]),
        ("two tokens", ["Authorization: Bearer \(Requests.key) \(Requests.key)"]),
        ("comma list", ["X-API-Key: \(Requests.key), \(Requests.key)"]),
        ("huge", ["X-API-Key: \(String(repeating: "k", count: 2_000))"]),
    ])
    func `a bad credential gets 401 and a challenge`(
        name: String,
        fields: [String]
    ) async throws {
        try await TestGateway.with { gateway in
            let client = try gateway.client()
            let response = try client.exchange(Requests.post(key: nil, fields: fields))
            #expect([400, 401].contains(response.status), "\(name)")
            if response.status == 401 {
                #expect(response["www-authenticate"] == #"Bearer realm="gatehouse""#)
                #expect(response.body.contains(#""code":401"#))
            }
        }
    }

    @Test(arguments: [
        "X-API-Key: \(Requests.key)", "x-api-key:\(Requests.key)",
        "Authorization: Bearer \(Requests.key)", "authorization: bearer  \(Requests.key)",
    ])
    func `a good key is let in however its field is spelt`(field: String) async throws {
        try await TestGateway.with { gateway in
            let client = try gateway.client()
            let response = try client.exchange(Requests.post(key: nil, fields: [field]))
            #expect(![401, 403, 429].contains(response.status))
        }
    }

    @Test(arguments: [
        "?api_key=x", "?apikey=x", "?a=b&key=x", "?TOKEN=x", "?access_token=x", "?a;Api_Key=x",
        "?%61pi_key=x", "?token", "?ke%79=x",
    ])
    func `a key in the query is refused even beside a good one`(query: String) async throws {
        try await TestGateway.with { gateway in
            let client = try gateway.client()
            client.send(Requests.post(Requests.toolCall, "/mcp\(query)"))
            #expect(try client.readResponse().status == 401)
            // Records follow the answer; one more exchange on the loop comes after them.
            #expect(try client.exchange(Requests.get()).status == 200)
            let snapshot = gateway.snapshot()
            #expect(snapshot.denialsByReason.map(\.reason) == [.credentialsInQuery])
        }
    }

    @Test func `the cached key is asked about again after a policy change`() async throws {
        try await TestGateway.with { gateway in
            let client = try gateway.client()
            #expect(try client.exchange(Requests.post()).status != 401)
            let revoked = TestGateway.document { $0.authentication.keys[0].state = .revoked }
            await gateway.activate(revoked, number: 2)
            #expect(try client.exchange(Requests.post()).status == 401)
            #expect(try client.exchange(Requests.get()).status == 200)
            #expect(gateway.snapshot().denialsByReason.map(\.reason).contains(.keyRevoked))
        }
    }

    // MARK: Rates

    private static let tight = TestGateway.document {
        $0.limits.perAddress = RateRule(requestsPerMinute: 60, burst: 3)
        $0.limits.perKey = RateRule(requestsPerMinute: 60, burst: 5)
    }

    @Test func `the limit is exact and a violator is told when to come back`() async throws {
        try await TestGateway.with(Self.tight) { gateway in
            let client = try gateway.client()
            for _ in 0..<3 { #expect(try client.exchange(Requests.get()).status == 200) }
            let refused = try client.exchange(Requests.get())
            #expect(refused.status == 429)
            #expect(refused["retry-after"] == "60")
            #expect(refused["ratelimit-policy"] == #""default";q=3;w=3"#)
            #expect(refused["ratelimit"]?.hasPrefix(#""default";r=0;t="#) == true)
            let blocked = try client.exchange(Requests.get())
            #expect(blocked.status == 429)
            #expect(blocked["retry-after"] == "60")
            #expect(blocked["ratelimit-policy"] == #""default";q=3;w=3"#)
            #expect(blocked["ratelimit"] == #""default";r=0;t=60"#)
        }
    }

    @Test(arguments: ["User-Agent", "X-Forwarded-For", "Mcp-Session-Id", "Cookie"])
    func `changing a header does not change whom the limit counts`(name: String) async throws {
        try await TestGateway.with(Self.tight) { gateway in
            var statuses: [Int] = []
            for turn in 0..<5 {
                let client = try gateway.client()
                let fields = ["\(name): 127.0.0.\(turn)"]
                statuses.append(try client.exchange(Requests.get(fields: fields)).status)
            }
            #expect(statuses == [200, 200, 200, 429, 429])
        }
    }

    @Test func `failures without a key cost a good client behind the address nothing`()
        async throws
    {
        try await TestGateway.with(Self.tight) { gateway in
            let attacker = try gateway.client()
            for _ in 0..<3 {
                #expect(try attacker.exchange(Requests.post(key: "wrong")).status == 401)
            }
            #expect(try attacker.exchange(Requests.post(key: "wrong")).status == 429)
            let honest = try gateway.client()
            for _ in 0..<5 {
                #expect(![401, 429].contains(try honest.exchange(Requests.post()).status))
            }
            #expect(try honest.exchange(Requests.post()).status == 429)
        }
    }

    // MARK: Shape

    @Test(
        arguments: [
            ("none", nil, 415), ("text", "text/plain", 415), ("form", "multipart/form-data", 415),
            ("json-ish", "application/jsonx", 415),
            ("latin", "application/json;charset=latin1", 415),
            ("spaced", "application/json ; charset=UTF-8", 0), ("plain", "Application/JSON", 0),
        ] as [(String, String?, Int)]
    )
    func `only JSON in UTF-8 is read`(name: String, type: String?, status: Int) async throws {
        try await TestGateway.with { gateway in
            let client = try gateway.client()
            let response = try client.exchange(Requests.post(contentType: type))
            #expect((response.status == 415) == (status == 415), "\(name)")
        }
    }

    @Test(
        arguments: [
            ("none", nil, true), ("json only", "application/json", true),
            ("stream only", "text/event-stream", true),
            ("stream rejected", "application/json, text/event-stream;q=0", true),
            ("both", "text/event-stream;q=0.5, application/json", false), ("any", "*/*", false),
        ] as [(String, String?, Bool)]
    )
    func `a client must take both kinds of answer`(
        name: String,
        accept: String?,
        isRefused: Bool
    ) async throws {
        try await TestGateway.with { gateway in
            let client = try gateway.client()
            let response = try client.exchange(Requests.post(accept: accept))
            #expect((response.status == 406) == isRefused, "\(name)")
        }
    }

    @Test(arguments: [
        ("array", "[]", -32600), ("batch", "[{}]", -32600), ("text", "hello", -32700),
        ("empty", "", -32700), ("truncated", #"{"jsonrpc":"2.0""#, -32700),
        ("wrong version", #"{"jsonrpc":"1.0","id":1,"method":"ping"}"#, -32600),
        ("null id", #"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, -32600),
        ("two methods", #"{"jsonrpc":"2.0","id":1,"method":"ping","method":"x"}"#, -32700),
        ("deep", String(repeating: "[", count: 2_000), -32700),
        ("tail", #"{"jsonrpc":"2.0","id":1,"method":"ping"} x"#, -32700),
    ])
    func `a body that is not one message is refused`(
        name: String,
        body: String,
        code: Int
    ) async throws {
        try await TestGateway.with { gateway in
            let client = try gateway.client()
            let response = try client.exchange(Requests.post(body))
            #expect(response.status == 400, "\(name)")
            #expect(response.body.contains(#""code":\#(code)"#), "\(name): \(response.body)")
            #expect(try client.exchange(Requests.get()).status == 200, "\(name)")
        }
    }

    @Test func `headers that contradict the body are refused`() async throws {
        try await TestGateway.with { gateway in
            let client = try gateway.client()
            let fields = [
                "MCP-Protocol-Version: 2026-07-28", "Mcp-Method: tools/list", "Mcp-Name: echo",
            ]
            let response = try client.exchange(
                Requests.post(Requests.modernToolCall, fields: fields)
            )
            #expect(response.status == 400)
            #expect(response.body.contains(#""code":-32020"#))
            #expect(response.body.contains(#""id":"m1""#))
        }
    }

    @Test func `a GET or DELETE of the stateless era is not allowed`() async throws {
        try await TestGateway.with { gateway in
            let client = try gateway.client()
            for method in ["GET", "DELETE"] {
                let head = Requests.head(
                    method,
                    fields: ["MCP-Protocol-Version: 2026-07-28"]
                )
                let response = try client.exchange(head + "\r\n")
                #expect(response.status == 405)
                #expect(response["allow"] == "POST")
            }
        }
    }
}
