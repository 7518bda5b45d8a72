import NIOCore
import NIOSSL
import Policy
import Telemetry
import Testing

@testable import Gateway

/// Handshakes, client certificates and renewal, with real TLS clients.
@Suite(.timeLimit(.minutes(1))) struct HandshakeTests {
    private static let get = Requests.get("/health", fields: ["Connection: close"])

    @Test(arguments: [["http/1.1"], [], ["spdy/3"]])
    func `a client that does not ask for HTTP/2 is served HTTP/1.1`(
        protocols: [String]
    ) async throws {
        try await TestGateway.withTLS { gateway, _ in
            try await TLSClient.with(gateway, TLSClient.Offer(protocols: protocols)) { client in
                client.send(Self.get)
                #expect(await client.readToEnd().hasPrefix("HTTP/1.1 200 OK\r\n"))
            }
        }
    }

    @Test(arguments: [TLSVersion.tlsv1, .tlsv11])
    func `versions below TLS 1.2 are not spoken`(version: TLSVersion) async throws {
        try await TestGateway.withTLS { gateway, _ in
            try await TLSClient.with(gateway, TLSClient.Offer(versionMax: version)) { client in
                client.send(Self.get)
                #expect(await client.readToEnd().isEmpty)
            }
        }
    }

    @Test func `a client that sends no handshake is closed at its deadline`() async throws {
        try await TestGateway.withTLS(settings: .testing { $0.times.handshake = .milliseconds(50) })
        {
            gateway,
            _ in
            let client = try gateway.client()
            #expect(try client.isAtEnd())
            while gateway.snapshot().openConnections > 0 { await Task.yield() }
            #expect(gateway.snapshot().denialsByReason.map(\.reason) == [.requestTimeout])
        }
    }

    @Test func `a client that speaks no TLS is closed`() async throws {
        try await TestGateway.withTLS { gateway, _ in
            let client = try gateway.client()
            client.send(Requests.get())
            let answer = String(decoding: try client.readToEnd(), as: UTF8.self)
            #expect(!answer.contains("HTTP"))
            #expect(gateway.snapshot().denialsByReason.map(\.reason) == [.handshakeFailed])
        }
    }

    @Test func `many failed handshakes of an address are one event with their count`()
        async throws
    {
        try await TestGateway.withTLS { gateway, _ in
            for _ in 0..<50 {
                let client = try gateway.client()
                client.send("\u{0}\u{1}\u{2} no handshake at all\r\n\r\n")
                _ = try client.readToEnd()
            }
            _ = gateway.snapshot()
            let events = gateway.telemetry.events(after: 0, limit: 100).events
            #expect(events.map(\.count).reduce(0, +) == 50)
            #expect(events.allSatisfy { $0.reason == .handshakeFailed && $0.severity == .info })
            #expect(events.count < 10, "one for each second")
        }
    }

    @Test func `a probe of the port that leaves without a word is no event`() async throws {
        try await TestGateway.withTLS { gateway, _ in
            let probe = try gateway.client()
            while gateway.snapshot().openConnections == 0 { await Task.yield() }
            probe.close()
            while gateway.snapshot().openConnections > 0 { await Task.yield() }
            #expect(gateway.snapshot().denialsByReason.isEmpty)
        }
    }

    @Test func `a handshake counts as a connection`() async throws {
        try await TestGateway.withTLS(settings: .testing { $0.connectionsPerAddressMax = 2 }) {
            gateway,
            _ in
            let held = [try gateway.client(), try gateway.client()]
            while gateway.snapshot().openConnections < 2 { await Task.yield() }
            #expect(try gateway.client().isAtEnd())
            for client in held { client.close() }
            while gateway.snapshot().openConnections > 0 { await Task.yield() }
            try await TLSClient.with(gateway) { client in
                client.send(FrameClient.preface)
                #expect(await client.next() != nil)
            }
        }
    }

    // MARK: Client certificates

    @Test func `a client certificate of the authority, or none, is let in`() async throws {
        try await TestGateway.withTLS(asksForCertificates: true) { gateway, _ in
            for certificate in [nil, TestCertificates.client] {
                let offer = TLSClient.Offer(protocols: [], certificate: certificate)
                try await TLSClient.with(gateway, offer) { client in
                    client.send(Self.get)
                    #expect(await client.readToEnd().hasPrefix("HTTP/1.1 200 OK\r\n"))
                }
            }
        }
    }

    private static let badCertificates = [
        "an expired one": (TestCertificates.expiredClient, TestCertificates.clientKey),
        "one of an authority of the same name":
            (TestCertificates.foreignClient, TestCertificates.clientKey),
        "the gateway's own": (TestCertificates.gate, TestCertificates.gateKey),
    ]

    @Test(arguments: badCertificates.keys.sorted())
    func `a client certificate that cannot be verified ends the handshake`(
        name: String
    ) async throws {
        let (certificate, key) = try #require(Self.badCertificates[name])
        try await TestGateway.withTLS(asksForCertificates: true) { gateway, _ in
            let offer = TLSClient.Offer(protocols: [], certificate: certificate, key: key)
            let answer = try? await TLSClient.with(gateway, offer) { client in
                client.send(Self.get)
                return await client.readToEnd()
            }
            #expect(answer?.isEmpty == true)
            while gateway.snapshot().openConnections > 0 { await Task.yield() }
            #expect(gateway.snapshot().denialsByReason.map(\.reason) == [.handshakeFailed])
        }
    }

    // MARK: Renewal

    private func events(_ gateway: TestGateway) -> [SecurityEvent.Kind] {
        gateway.telemetry.events(after: 0, limit: 100).events.map(\.kind)
    }

    private func reload(_ gateway: TestGateway) throws {
        let certificates = try #require(gateway.running.certificates)
        certificates.reload(at: GatewayClock.wall(), monotonic: GatewayClock.monotonic())
    }

    @Test func `a renewed certificate greets new connections and ends no old one`() async throws {
        try await TestGateway.withTLS { gateway, folder in
            try await TLSClient.with(gateway, TLSClient.Offer(protocols: [])) { old in
                old.send(Requests.get())
                #expect(await old.next() != nil)
                try folder.write(TestCertificates.other, TestCertificates.otherKey)
                try reload(gateway)
                #expect(gateway.running.certificates?.standing.names == ["other.test"])
                #expect(events(gateway) == [.certificateChanged])
                try await TLSClient.with(gateway, TLSClient.Offer(protocols: [])) { new in
                    new.send(Requests.get())
                    #expect(await new.next() != nil)
                    let seen = try await new.channel.nioSSL_peerCertificate().get()
                    #expect(seen?.commonNames == ["other.test"])
                }
                old.send(Self.get)
                #expect(await old.readToEnd().hasPrefix("HTTP/1.1 200 OK\r\n"))
            }
        }
    }

    @Test func `a pair that does not match is refused and the old one stays`() async throws {
        try await TestGateway.withTLS { gateway, folder in
            try folder.write(TestCertificates.other, to: "certificate.pem")
            try reload(gateway)
            #expect(events(gateway) == [.certificateRefused])
            #expect(gateway.running.certificates?.standing.names == ["gate.test"])
            try await TLSClient.with(gateway, TLSClient.Offer(protocols: [])) { client in
                client.send(Self.get)
                #expect(await client.readToEnd().hasPrefix("HTTP/1.1 200 OK\r\n"))
            }
        }
    }

    @Test func `changed files are found by looking`() async throws {
        try await TestGateway.withTLS { gateway, folder in
            let certificates = try #require(gateway.running.certificates)
            let wall = GatewayClock.wall()
            certificates.look(at: wall, monotonic: MonotonicTime(nanoseconds: 0))
            try folder.write(TestCertificates.other, TestCertificates.otherKey)
            certificates.look(at: wall, monotonic: MonotonicTime(nanoseconds: 1_000_000_000))
            #expect(certificates.standing.names == ["gate.test"])
            certificates.look(at: wall, monotonic: MonotonicTime(nanoseconds: 2_000_000_000))
            #expect(certificates.standing.names == ["other.test"])
        }
    }

    @Test func `a gateway does not start with a certificate that it cannot serve`() async throws {
        try await CertificateFolder.with { folder in
            try folder.write(TestCertificates.expired, TestCertificates.gateKey)
            var settings = GatewaySettings.testing()
            settings.tls = folder.settings
            let error = await #expect(throws: GatewayError.self) {
                _ = try await TestGateway.start(settings: settings)
            }
            #expect(error?.code == .certificateUnusable)
        }
    }
}
