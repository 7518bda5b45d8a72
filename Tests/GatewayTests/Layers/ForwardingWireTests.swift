import Policy
import Telemetry
import Testing

@testable import Gateway

/// Who a call is counted for when proxies stand in front.
@Suite struct ForwardingWireTests {
    /// 127.0.0.1 is a trusted proxy, 127.0.0.5 is not; only 10.0.0.0/8 and one IPv6 network may
    /// come in.
    private static func document(
        _ field: ProxyRules.Field = .forwardedFor
    ) throws -> PolicyDocument {
        let proxy = try AddressPrefix(parsing: "127.0.0.1/32")
        let inside = try ["10.0.0.0/8", "2001:db8:1::/48"].map { text in
            AddressEntry(prefix: try AddressPrefix(parsing: text))
        }
        return TestGateway.document {
            $0.proxies = ProxyRules(trusted: [proxy], field: field)
            $0.allowlist = inside
        }
    }

    private static func status(
        _ field: ProxyRules.Field,
        from source: String,
        _ fields: [String]
    ) async throws -> Int {
        var status = 0
        try await TestGateway.with(try document(field)) { gateway in
            let client = try gateway.client(from: source)
            status = try client.exchange(Requests.get(fields: fields)).status
        }
        return status
    }

    @Test(arguments: [
        ("one address", ["10.0.0.1"], 200),
        ("the client's own invention before it", ["10.0.0.1, 203.0.113.9"], 403),
        ("an invention that cannot be read before it", ["junk, 10.0.0.1"], 200),
        ("an unreadable last hop", ["10.0.0.1, junk"], 400),
        ("nothing in the list", [""], 400),
        ("an empty hop at the end", ["10.0.0.1,"], 400),
        ("two fields, read as one", ["10.0.0.1", "203.0.113.9"], 403),
        ("two fields, the last one good", ["203.0.113.9", "10.0.0.1"], 200),
        ("a trusted proxy further back", ["10.0.0.1, 127.0.0.1"], 200),
        ("a port", ["10.0.0.1:4711"], 200),
        ("IPv6", ["2001:db8:1::7"], 200),
        ("IPv6 in brackets with a port", ["[2001:db8:1::7]:4711"], 200),
        ("another IPv6 network", ["2001:db8:2::7"], 403),
        ("IPv4 mapped into IPv6", ["::ffff:10.0.0.1"], 200),
        ("an octal address", ["012.0.0.1"], 400),
        ("a short address", ["10.1"], 400),
    ])
    func `a trusted proxy's X-Forwarded-For is read from the right`(
        name: String,
        values: [String],
        status: Int
    ) async throws {
        let fields = values.map { "X-Forwarded-For: \($0)" }
        #expect(try await Self.status(.forwardedFor, from: "127.0.0.1", fields) == status)
    }

    @Test(arguments: [
        ("one address", ["for=10.0.0.1"], 200),
        ("quoted IPv6", [#"for="[2001:db8:1::7]:4711""#], 200),
        ("IPv6 without brackets", ["for=2001:db8:1::7"], 400),
        ("the client's own invention before it", ["for=10.0.0.1, for=203.0.113.9"], 403),
        ("an obfuscated name", ["for=_hidden"], 400),
        ("unknown", ["for=unknown"], 400),
        ("a quote left open by the client", [#"for="10.0.0.1"#, "for=203.0.113.9"], 400),
        ("for said twice", ["for=10.0.0.1;for=10.0.0.2"], 400),
    ])
    func `a trusted proxy's Forwarded is read by its grammar`(
        name: String,
        values: [String],
        status: Int
    ) async throws {
        let fields = values.map { "Forwarded: \($0)" }
        #expect(try await Self.status(.forwarded, from: "127.0.0.1", fields) == status)
    }

    @Test(arguments: [
        "X-Forwarded-For: 10.0.0.1", "Forwarded: for=10.0.0.1", "X-Real-IP: 10.0.0.1",
        "CF-Connecting-IP: 10.0.0.1", "X-Forwarded-Host: 10.0.0.1",
    ])
    func `what a stranger says of itself means nothing and is counted`(
        field: String
    ) async throws {
        try await TestGateway.with(try Self.document()) { gateway in
            let client = try gateway.client(from: "127.0.0.5")
            #expect(try client.exchange(Requests.get(fields: [field])).status == 403)
            // One loop serves both, so what came before this answer is recorded.
            _ = try gateway.client().exchange(Requests.get())
            #expect(gateway.snapshot().totals.ignoredForwardings == 1)
        }
    }

    @Test(arguments: ["X-Real-IP: 10.0.0.1", "CF-Connecting-IP: 10.0.0.1"])
    func `only the configured field counts, also from a trusted proxy`(
        field: String
    ) async throws {
        #expect(try await Self.status(.forwardedFor, from: "127.0.0.1", [field]) == 403)
    }

    @Test func `calls behind a proxy are recorded as those of their clients`() async throws {
        try await TestGateway.with(try Self.document()) { gateway in
            let proxy = try gateway.client()
            for client in ["10.0.0.1", "10.0.0.2", "10.0.0.1"] {
                let fields = ["X-Forwarded-For: \(client)"]
                #expect(try proxy.exchange(Requests.get(fields: fields)).status == 200)
            }
            // One loop serves both, so what came before this answer is recorded.
            _ = try gateway.client(from: "127.0.0.5").exchange(Requests.get())
            let seen = gateway.snapshot().clients
            func count(_ client: String) -> UInt64? {
                seen.first { $0.address == client }?.totalRequests
            }
            #expect(count("10.0.0.1") == 2)
            #expect(count("10.0.0.2") == 1)
            #expect(count("127.0.0.1") == nil, "the proxy calls nobody itself")
        }
    }

    @Test func `a client that is refused does not end the proxy's connection`() async throws {
        try await TestGateway.with(try Self.document()) { gateway in
            let proxy = try gateway.client()
            let refused = Requests.get(fields: ["X-Forwarded-For: 203.0.113.9"])
            #expect(try proxy.exchange(refused).status == 403)
            let served = Requests.get(fields: ["X-Forwarded-For: 10.0.0.1"])
            #expect(try proxy.exchange(served).status == 200)
        }
    }
}
