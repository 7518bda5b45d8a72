import Foundation
import NIOSSL
import SwiftASN1
import Testing
import X509

@testable import Deployment

struct SelfSignedCertificateTests {
    private static let now = Date(timeIntervalSince1970: 1_800_000_000)

    private func make(_ names: [String], days: Int = 30) throws -> SelfSignedCertificate {
        try SelfSignedCertificate(names: names, days: days, now: Self.now)
    }

    @Test func `it is good for its names, for servers and for nothing else`() throws {
        let made = try make(["Gate.Example.com", "*.example.org", "10.0.0.7", "2001:db8::1"])
        let certificate = try Certificate(pemEncoded: made.certificatePEM)
        let names = try #require(try certificate.extensions.subjectAlternativeNames)
        #expect(
            Array(names) == [
                .dnsName("gate.example.com"), .dnsName("*.example.org"),
                .ipAddress(ASN1OctetString(contentBytes: [10, 0, 0, 7])),
                .ipAddress(
                    ASN1OctetString(
                        contentBytes: [0x20, 1, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]
                    )
                ),
            ]
        )
        let isAuthority = try certificate.extensions.basicConstraints == .notCertificateAuthority
        #expect(isAuthority)
        let usages = try #require(try certificate.extensions.extendedKeyUsage)
        #expect(Array(usages) == [.serverAuth])
        #expect(certificate.issuer == certificate.subject)
        #expect(certificate.publicKey.isValidSignature(certificate.signature, for: certificate))
    }

    @Test func `it is valid from just before now for so many days`() throws {
        let certificate = try Certificate(pemEncoded: make(["localhost"], days: 30).certificatePEM)
        #expect(certificate.notValidBefore < Self.now)
        #expect(certificate.notValidBefore > Self.now.addingTimeInterval(-3_600))
        #expect(certificate.notValidAfter == Self.now.addingTimeInterval(30 * 86_400))
    }

    @Test func `a TLS server takes it with its key, and with no other`() throws {
        let made = try make(["localhost"])
        let other = try make(["localhost"])
        let chain = try NIOSSLCertificate.fromPEMBytes(Array(made.certificatePEM.utf8))
        for (key, isUsable) in [(made.keyPEM, true), (other.keyPEM, false)] {
            let configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) },
                privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem))
            )
            #expect(((try? NIOSSLContext(configuration: configuration)) != nil) == isUsable)
        }
    }

    @Test func `names and days that cannot be certified are refused`() {
        #expect(throws: SelfSignedProblem.noName) { try make([]) }
        #expect(throws: SelfSignedProblem.name("a b")) { try make(["localhost", "a b"]) }
        #expect(throws: SelfSignedProblem.name("10.0.0.256")) { try make(["10.0.0.256"]) }
        #expect(throws: SelfSignedProblem.name("fe80::1%eth0")) { try make(["fe80::1%eth0"]) }
        #expect(throws: SelfSignedProblem.days(0)) { try make(["localhost"], days: 0) }
        #expect(throws: SelfSignedProblem.days(826)) { try make(["localhost"], days: 826) }
        #expect(throws: SelfSignedProblem.tooManyNames) {
            try make(Array(repeating: "localhost", count: 33))
        }
    }

    // MARK: Files

    private func withFolder(_ body: (String) throws -> Void) throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "gh-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: url) }
        try body(url.path())
    }

    @Test func `only the owner may read the key`() throws {
        try withFolder { folder in
            let files = CertificateFiles(folder: folder)
            #expect(files.existing.isEmpty)
            try files.write(make(["localhost"]))
            #expect(files.existing == [files.certificatePath, files.keyPath])
            let attributes = try FileManager.default.attributesOfItem(atPath: files.keyPath)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 2)
        }
    }

    @Test func `a link in the way is replaced and what it points to is left alone`() throws {
        try withFolder { folder in
            let files = CertificateFiles(folder: folder)
            try files.write(make(["localhost"]))
            let victim = "\(folder)/victim"
            try Data("mine".utf8).write(to: URL(filePath: victim))
            try FileManager.default.removeItem(atPath: files.keyPath)
            try FileManager.default.createSymbolicLink(
                atPath: files.keyPath,
                withDestinationPath: victim
            )
            try files.write(make(["localhost"]))
            #expect(try String(contentsOfFile: victim, encoding: .utf8) == "mine")
            #expect(try String(contentsOfFile: files.keyPath, encoding: .utf8).contains("KEY"))
        }
    }
}
