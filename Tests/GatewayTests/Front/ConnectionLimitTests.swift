import Policy
import Telemetry
import Testing

@testable import Gateway

/// How many connections there may be, by the policy.
@Suite(.timeLimit(.minutes(1))) struct ConnectionLimitTests {
    private static func document(
        connections: Int = 1_000,
        perAddress: Int = 1_000,
        trusting trusted: [String] = [],
        expectsHeaders: Bool = false
    ) throws -> PolicyDocument {
        let trusted = try trusted.map { try AddressPrefix(parsing: $0) }
        return TestGateway.document {
            $0.limits.concurrency.connections = connections
            $0.limits.concurrency.connectionsPerAddress = perAddress
            $0.proxies = ProxyRules(
                trusted: trusted,
                isProxyProtocolExpected: expectsHeaders
            )
        }
    }

    /// Clients that have been answered, so that they are counted.
    private func served(
        _ count: Int,
        by gateway: TestGateway,
        from source: String = "127.0.0.1",
        header: String = ""
    ) throws -> [RawClient] {
        try (0..<count).map { _ in
            let client = try gateway.client(from: source)
            #expect(try client.exchange(header + Requests.get()).status == 200)
            return client
        }
    }

    private func isRefused(
        by gateway: TestGateway,
        from source: String = "127.0.0.1",
        header: String = ""
    ) throws -> Bool {
        let client = try gateway.client(from: source)
        client.send(header)
        return try client.isAtEnd()
    }

    private static func header(_ source: String) -> String {
        "PROXY TCP4 \(source) 127.0.0.1 1 2\r\n"
    }

    @Test func `an address may hold as many as the policy says, from one moment to the next`()
        async throws
    {
        try await TestGateway.with(try Self.document(perAddress: 2)) { gateway in
            var held = try served(2, by: gateway)
            #expect(try isRefused(by: gateway))
            held += try served(2, by: gateway, from: "127.0.0.2")
            await gateway.activate(try Self.document(perAddress: 3), number: 2)
            held += try served(1, by: gateway)
            #expect(try isRefused(by: gateway))
            await gateway.activate(try Self.document(perAddress: 1), number: 3)
            for client in held { #expect(try client.exchange(Requests.get()).status == 200) }
            #expect(try isRefused(by: gateway))
            let refusals = gateway.snapshot().denialsByReason
            #expect(refusals.map(\.reason) == [.connectionLimit])
        }
    }

    @Test func `all clients together may hold as many as the policy says`() async throws {
        try await TestGateway.with(try Self.document(connections: 2)) { gateway in
            let held = try served(1, by: gateway) + served(1, by: gateway, from: "127.0.0.2")
            #expect(try isRefused(by: gateway, from: "127.0.0.3"))
            await gateway.activate(try Self.document(connections: 3), number: 2)
            let more = try served(1, by: gateway, from: "127.0.0.3")
            #expect(held.count + more.count == 3)
        }
    }

    @Test(arguments: [0, 1_000])
    func `the process bears no more than its settings say, whatever the policy says`(
        perAddress: Int
    ) async throws {
        let settings = GatewaySettings.testing { $0.connectionsPerAddressMax = 2 }
        let document = try Self.document(perAddress: perAddress)
        try await TestGateway.with(document, settings: settings) { gateway in
            let held = try served(2, by: gateway)
            #expect(try isRefused(by: gateway))
            #expect(held.count == 2)
        }
    }

    @Test func `a trusted proxy may hold more than an address, but not more than all`()
        async throws
    {
        let document = try Self.document(
            connections: 4,
            perAddress: 1,
            trusting: ["127.0.0.1/32"]
        )
        try await TestGateway.with(document) { gateway in
            let proxied = try served(3, by: gateway)
            let other = try served(1, by: gateway, from: "127.0.0.2")
            #expect(try isRefused(by: gateway))
            #expect(proxied.count + other.count == 4)
        }
    }

    @Test func `a client behind a PROXY header is counted as itself`() async throws {
        let document = try Self.document(
            perAddress: 2,
            trusting: ["127.0.0.1/32"],
            expectsHeaders: true
        )
        try await TestGateway.with(document) { gateway in
            let one = Self.header("203.0.113.1")
            let first = try served(2, by: gateway, header: one)
            #expect(try isRefused(by: gateway, header: one))
            let second = try served(2, by: gateway, header: Self.header("203.0.113.2"))
            #expect(second.count == 2)
            #expect(gateway.snapshot().denialsByReason.map(\.reason) == [.connectionLimit])
            for client in first { client.close() }
            while gateway.snapshot().openConnections > 2 { await Task.yield() }
            _ = try served(2, by: gateway, header: one)
        }
    }

    @Test func `whoever is not trusted cannot be counted as somebody else`() async throws {
        let document = try Self.document(
            perAddress: 1,
            trusting: ["127.0.0.1/32"],
            expectsHeaders: true
        )
        try await TestGateway.with(document) { gateway in
            let held = try served(1, by: gateway, from: "127.0.0.2")
            let header = Self.header("203.0.113.1")
            #expect(try isRefused(by: gateway, from: "127.0.0.2", header: header))
            #expect(held.count == 1)
        }
    }

    @Test func `a connection that changes hands is counted once`() {
        let bounds = ConnectionBounds(totalMax: 2, perAddressMax: 1)
        let (proxy, first, second) = (Self.client(1), Self.client(2), Self.client(3))
        let limits = ConnectionLimits.ceiling
        #expect(bounds.opened(from: proxy, within: limits))
        #expect(bounds.passed(from: proxy, to: first, within: limits))
        #expect(bounds.openCount == 1)
        #expect(bounds.opened(from: proxy, within: limits))
        #expect(!bounds.passed(from: proxy, to: first, within: limits), "it holds one already")
        #expect(!bounds.opened(from: second, within: limits), "two are all there may be")
        bounds.closed(from: first)
        #expect(bounds.passed(from: proxy, to: second, within: limits))
        bounds.closed(from: second)
        #expect(bounds.openCount == 0)
    }

    private static func client(_ number: UInt32) -> ClientAddress {
        ClientAddress(.v4(number))
    }
}
