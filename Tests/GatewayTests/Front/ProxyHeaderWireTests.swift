import NIOCore
import Policy
import Telemetry
import Testing

@testable import Gateway

/// PROXY headers through the wire: whose a connection is, and what is done with bad ones.
@Suite(.timeLimit(.minutes(1))) struct ProxyHeaderWireTests {
    /// The clients that the policy of these tests lets in.
    private static let insiders = ["203.0.113.0/24", "2001:db8:1::/48"]

    private static func document(
        trusting trusted: String = "127.0.0.1/32",
        _ change: (inout PolicyDocument) -> Void = { _ in }
    ) throws -> PolicyDocument {
        let trusted = try AddressPrefix(parsing: trusted)
        let insiders = try insiders.map { AddressEntry(prefix: try AddressPrefix(parsing: $0)) }
        return TestGateway.document {
            $0.proxies = ProxyRules(trusted: [trusted], isProxyProtocolExpected: true)
            $0.allowlist = insiders
            change(&$0)
        }
    }

    private static func line(_ source: String) -> [UInt8] {
        let family = source.contains(":") ? "TCP6" : "TCP4"
        let destination = source.contains(":") ? "::1" : "127.0.0.1"
        return Array("PROXY \(family) \(source) \(destination) 40000 8080\r\n".utf8)
    }

    private static let signature: [UInt8] = [
        0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A,
    ]

    private static func binary(
        command: UInt8 = 0x21,
        family: UInt8 = 0x11,
        _ addresses: [UInt8]
    ) -> [UInt8] {
        let count = addresses.count
        return signature + [command, family, UInt8(count >> 8), UInt8(count & 0xFF)] + addresses
    }

    /// 203.0.113.9 to 127.0.0.1.
    private static let binaryV4 = binary([203, 0, 113, 9, 127, 0, 0, 1, 0x9C, 0x40, 0x1F, 0x90])
    /// 2001:db8:1::9 to ::1.
    private static let binaryV6 = binary(
        family: 0x21,
        [0x20, 0x01, 0x0D, 0xB8, 0, 1] + Array(repeating: 0, count: 9) + [9]
            + Array(repeating: 0, count: 15) + [1, 0x9C, 0x40, 0x1F, 0x90]
    )

    private static let get = Array(Requests.get().utf8)

    // MARK: Whose connection it is

    private static let headers: [String: (bytes: [UInt8], status: Int)] = [
        "a line with an IPv4 client": (line("203.0.113.9"), 200),
        "a line with an IPv6 client": (line("2001:db8:1::9"), 200),
        "a line with a client whom nobody let in": (line("198.51.100.1"), 403),
        "binary with an IPv4 client": (binaryV4, 200),
        "binary with an IPv6 client": (binaryV6, 200),
        "binary with a client whom nobody let in": (
            binary([198, 51, 100, 1, 127, 0, 0, 1, 0, 1, 0, 2]), 403
        ),
        "binary with the proxy's own connection": (binary(command: 0x20, []), 403),
        "a line with an unknown client": (Array("PROXY UNKNOWN\r\n".utf8), 403),
        "binary with an extension": (
            binary([203, 0, 113, 9, 127, 0, 0, 1, 0, 1, 0, 2, 0x04, 0, 1, 0]), 200
        ),
    ]

    @Test(arguments: headers.keys.sorted())
    func `the header of a trusted proxy says whose the connection is`(name: String) async throws {
        let (header, status) = try #require(Self.headers[name])
        try await TestGateway.with(try Self.document()) { gateway in
            let atOnce = try gateway.client()
            atOnce.send(header + Self.get)
            #expect(try atOnce.readResponse().status == status)

            let byteByByte = try gateway.client()
            for byte in header { byteByByte.send([byte]) }
            byteByByte.send(Self.get)
            #expect(try byteByByte.readResponse().status == status)
        }
    }

    @Test func `a connection goes on after its header like any other`() async throws {
        try await TestGateway.with(try Self.document()) { gateway in
            let client = try gateway.client()
            client.send(Self.line("203.0.113.9") + Self.get + Self.get)
            #expect(try client.readResponse().status == 200)
            #expect(try client.readResponse().status == 200)
            #expect(try client.exchange(Requests.get()).status == 200)
            client.close()
            while gateway.snapshot().openConnections > 0 { await Task.yield() }
        }
    }

    @Test func `TLS begins behind the header`() async throws {
        let document = try Self.document()
        try await TestGateway.withTLS(document) { gateway, _ in
            let offer = TLSClient.Offer(
                protocols: [],
                preface: ByteBuffer(bytes: Self.line("203.0.113.9"))
            )
            try await TLSClient.with(gateway, offer) { client in
                client.send(Requests.get("/health", fields: ["Connection: close"]))
                #expect(await client.readToEnd().hasPrefix("HTTP/1.1 200 OK\r\n"))
            }
        }
    }

    @Test func `HTTP's fields are believed only from a trusted proxy behind the header`()
        async throws
    {
        try await TestGateway.with(try Self.document(trusting: "127.0.0.0/8")) { gateway in
            let get = Requests.get(fields: ["X-Forwarded-For: 203.0.113.9"])
            for (source, status) in [("127.0.0.2", 200), ("198.51.100.1", 403)] {
                let client = try gateway.client()
                client.send(Self.line(source) + Array(get.utf8))
                #expect(try client.readResponse().status == status, "\(source)")
            }
        }
    }

    // MARK: Bad headers

    private static let hostile: [String: [UInt8]] = [
        "no header at all": get,
        "a line in small letters": Array("proxy TCP4 203.0.113.9 127.0.0.1 1 2\r\n".utf8),
        "a line with a bare line feed": Array("PROXY TCP4 203.0.113.9 127.0.0.1 1 2\n".utf8),
        "two spaces": Array("PROXY TCP4  203.0.113.9 127.0.0.1 1 2\r\n".utf8),
        "a leading zero": Array("PROXY TCP4 203.0.113.09 127.0.0.1 1 2\r\n".utf8),
        "a family that is not the address's": Array("PROXY TCP6 203.0.113.9 ::1 1 2\r\n".utf8),
        "a port that is none": Array("PROXY TCP4 203.0.113.9 127.0.0.1 65536 2\r\n".utf8),
        "a word too many": Array("PROXY TCP4 203.0.113.9 127.0.0.1 1 2 3\r\n".utf8),
        "a line without end": Array("PROXY UNKNOWN ".utf8) + Array(repeating: 0x41, count: 200),
        "a NUL": Array("PROXY TCP4 203.0.113.9\0 127.0.0.1 1 2\r\n".utf8),
        "binary of version 1": binary(command: 0x11, Array(repeating: 0, count: 12)),
        "binary with an unknown command": binary(command: 0x22, Array(repeating: 0, count: 12)),
        "binary over UDP": binary(family: 0x12, Array(repeating: 0, count: 12)),
        "binary with half an address": binary([203, 0, 113]),
        "binary that is too long": signature + [0x21, 0x11, 0xFF, 0xFF],
        "binary with an extension cut off": binary(
            [203, 0, 113, 9, 127, 0, 0, 1, 0, 1, 0, 2, 0x04, 0, 9, 0]
        ),
        "a handshake": [0x16, 0x03, 0x01, 0x00, 0x05, 1, 2, 3, 4, 5],
    ]

    @Test(arguments: hostile.keys.sorted())
    func `a bad header of a trusted proxy ends the connection unanswered, and is recorded`(
        name: String
    ) async throws {
        let bytes = try #require(Self.hostile[name])
        try await TestGateway.with(try Self.document()) { gateway in
            let client = try gateway.client()
            client.send(bytes + Self.get)
            #expect(try client.isAtEnd())
            #expect(gateway.snapshot().denialsByReason.map(\.reason) == [.proxyHeaderInvalid])
            while gateway.snapshot().openConnections > 0 { await Task.yield() }
        }
    }

    @Test func `a second header is no request`() async throws {
        try await TestGateway.with(try Self.document()) { gateway in
            let client = try gateway.client()
            client.send(Self.line("203.0.113.9") + Self.line("203.0.113.10") + Self.get)
            #expect(try client.readResponse().status == 400)
            #expect(try client.isAtEnd())
        }
    }

    @Test func `whoever is not trusted cannot name a client`() async throws {
        try await TestGateway.with(try Self.document()) { gateway in
            for header in [Self.line("203.0.113.9"), Self.binaryV4] {
                let client = try gateway.client(from: "127.0.0.2")
                client.send(header + Self.get)
                #expect(try client.readResponse().status == 403)
                #expect(try client.isAtEnd())
            }
        }
    }

    @Test func `a header that the policy does not expect is a bad request`() async throws {
        let document = try Self.document {
            $0.proxies.isProxyProtocolExpected = false
            $0.allowlist = []
        }
        try await TestGateway.with(document) { gateway in
            for header in [Self.line("203.0.113.9"), Self.binaryV4] {
                let client = try gateway.client()
                client.send(header + Self.get)
                #expect(try client.readResponse().status == 400)
            }
        }
    }

    // MARK: Time and end

    @Test func `a header that does not come is not waited for beyond the handshake's time`()
        async throws
    {
        let settings = GatewaySettings.testing { $0.times.handshake = .milliseconds(50) }
        try await TestGateway.with(try Self.document(), settings: settings) { gateway in
            let silent = try gateway.client()
            let slow = try gateway.client()
            slow.send("PROXY TCP4 203.0.")
            #expect(try silent.isAtEnd())
            #expect(try slow.isAtEnd())
            while gateway.snapshot().openConnections > 0 { await Task.yield() }
        }
    }

    @Test func `a drain does not wait for headers`() async throws {
        let gateway = try await TestGateway.start(try Self.document())
        let client = try gateway.client()
        while gateway.snapshot().openConnections == 0 { await Task.yield() }
        await gateway.running.drain(within: .seconds(600))
        #expect(try client.isAtEnd())
    }

    @Test func `expecting headers is obeyed by the next connection`() async throws {
        let expecting = try Self.document()
        var plain = expecting
        plain.proxies.isProxyProtocolExpected = false
        plain.allowlist = []
        try await TestGateway.with(plain) { gateway in
            let old = try gateway.client()
            #expect(try old.exchange(Requests.get()).status == 200)
            await gateway.activate(expecting, number: 2)
            let new = try gateway.client()
            new.send(Self.line("203.0.113.9") + Self.get)
            #expect(try new.readResponse().status == 200)
        }
    }
}
