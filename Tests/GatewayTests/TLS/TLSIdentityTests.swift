import Foundation
import NIOSSL
import Policy
import Testing

@testable import Gateway

/// Which files can be served, and what a client certificate says.
struct TLSIdentityTests {
    private typealias Pair = (certificate: String, key: String)

    private static let unusable: [String: (pair: Pair, code: TLSProblem.Code)] = [
        "the key of another certificate": (
            (TestCertificates.gate, TestCertificates.otherKey), .keyMismatch
        ),
        "an expired certificate": (
            (TestCertificates.expired, TestCertificates.gateKey), .certificateExpired
        ),
        "a certificate of the future": (
            (TestCertificates.future, TestCertificates.gateKey), .certificateNotYetValid
        ),
        "an encrypted key": (
            (TestCertificates.gate, TestCertificates.encryptedKey), .keyMalformed
        ),
        "an empty certificate file": (("", TestCertificates.gateKey), .certificateMalformed),
        "an empty key file": ((TestCertificates.gate, ""), .keyMalformed),
        "half a certificate": (
            (String(TestCertificates.gate.prefix(300)), TestCertificates.gateKey),
            .certificateMalformed
        ),
        "half a key": (
            (TestCertificates.gate, String(TestCertificates.gateKey.prefix(100))), .keyMalformed
        ),
        "a key where the certificate should be": (
            (TestCertificates.gateKey, TestCertificates.gateKey), .certificateMalformed
        ),
        "a chain that begins with another certificate": (
            (TestCertificates.other + "\n" + TestCertificates.gate, TestCertificates.gateKey),
            .keyMismatch
        ),
        "bytes that are no text": (("\u{FF}\0\u{1}", "\0"), .certificateMalformed),
    ]

    private func load(_ settings: TLSSettings) throws -> TLSIdentity {
        try TLSIdentity(TLSFiles(reading: settings), of: settings, at: GatewayClock.wall())
    }

    @Test func `a certificate with its key is served and says how long`() async throws {
        try await CertificateFolder.with { folder in
            let identity = try load(folder.settings)
            #expect(identity.standing.names == ["gate.test"])
            #expect(identity.standing.daysLeft(at: GatewayClock.wall()) > 30_000)
            #expect(!identity.verifiesClients)
            #expect(try load(folder.mutualSettings).verifiesClients)
        }
    }

    @Test(arguments: unusable.keys.sorted())
    func `files that cannot be served are refused by name`(name: String) async throws {
        let (pair, code) = try #require(Self.unusable[name])
        try await CertificateFolder.with { folder in
            try folder.write(pair.certificate, pair.key)
            let problem = #expect(throws: TLSProblem.self) { try load(folder.settings) }
            #expect(problem?.code == code)
            #expect(problem?.message.contains("BEGIN") == false)
        }
    }

    @Test func `files that are missing, folders or endless are unreadable`() async throws {
        try await CertificateFolder.with { folder in
            for path in ["\(folder.path)/none.pem", folder.path, "/dev/zero"] {
                var settings = folder.settings
                settings.keyPath = path
                let problem = #expect(throws: TLSProblem.self) { try load(settings) }
                #expect(problem?.code == .fileUnreadable)
            }
        }
    }

    @Test func `a pipe in the place of a file holds nobody up`() async throws {
        try await CertificateFolder.with { folder in
            var settings = folder.settings
            settings.keyPath = "\(folder.path)/pipe"
            #expect(mkfifo(settings.keyPath, 0o600) == 0)
            let problem = #expect(throws: TLSProblem.self) { try load(settings) }
            #expect(problem?.code == .keyMalformed)
        }
    }

    @Test func `client authorities that are none are refused`() async throws {
        try await CertificateFolder.with { folder in
            try folder.write("no certificate", to: "clients.pem")
            let problem = #expect(throws: TLSProblem.self) { try load(folder.mutualSettings) }
            #expect(problem?.code == .clientAuthorityMalformed)
        }
    }

    private func peer(_ pem: String) throws -> PeerCertificate {
        PeerCertificate(
            try #require(try NIOSSLCertificate.fromPEMBytes(Array(pem.utf8)).first)
        )
    }

    @Test func `a client certificate names its holder in every way it can`() throws {
        #expect(
            try peer(TestCertificates.client).subjects == [
                "CN=agent seven", "DNS:seven.agents.test", "URI:spiffe://agents.test/seven",
                "EMAIL:seven@agents.test",
            ]
        )
    }

    @Test func `a name beyond ASCII is left out, not replaced`() throws {
        #expect(try peer(TestCertificates.oddClient).subjects.isEmpty)
    }
}
