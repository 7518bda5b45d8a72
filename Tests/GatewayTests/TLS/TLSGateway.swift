import Foundation
import Policy

@testable import Gateway

/// A folder of PEM files that goes away with the test.
struct CertificateFolder {
    let path: String

    var settings: TLSSettings {
        TLSSettings(certificatePath: "\(path)/certificate.pem", keyPath: "\(path)/key.pem")
    }

    var mutualSettings: TLSSettings {
        var settings = settings
        settings.clientAuthorityPath = "\(path)/clients.pem"
        return settings
    }

    static func with(_ body: (CertificateFolder) async throws -> Void) async throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "gh-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: url) }
        let folder = CertificateFolder(path: url.path())
        try folder.write(TestCertificates.gate, TestCertificates.gateKey)
        try folder.write(TestCertificates.clientAuthority, to: "clients.pem")
        try await body(folder)
    }

    func write(_ certificate: String, _ key: String) throws {
        try write(certificate, to: "certificate.pem")
        try write(key, to: "key.pem")
    }

    func write(_ text: String, to name: String) throws {
        try text.write(toFile: "\(path)/\(name)", atomically: true, encoding: .utf8)
    }
}

extension TestGateway {
    /// A gateway that terminates TLS with `TestCertificates.gate`.
    static func withTLS(
        _ document: PolicyDocument = document(),
        asksForCertificates: Bool = false,
        settings: GatewaySettings = .testing(),
        _ body: (TestGateway, CertificateFolder) async throws -> Void
    ) async throws {
        try await CertificateFolder.with { folder in
            var settings = settings
            settings.tls = asksForCertificates ? folder.mutualSettings : folder.settings
            try await with(document, settings: settings) { try await body($0, folder) }
        }
    }
}
