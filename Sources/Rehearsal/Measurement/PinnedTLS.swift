import NIOCore
import NIOSSL

/// TLS 1.3 to whoever shows one of a few certificates, whatever names stand in them.
struct PinnedTLS: Sendable {
    private let trusted: Set<NIOSSLCertificate>
    private let context: NIOSSLContext

    /// - Parameter path: A file of certificates in PEM form.
    /// - Throws: What the reader says of a file that cannot be used.
    init(trusting path: String) throws {
        let certificates = try NIOSSLCertificate.fromPEMFile(path)
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv13
        configuration.certificateVerification = .noHostnameVerification
        configuration.trustRoots = .certificates(certificates)
        configuration.applicationProtocols = ["http/1.1"]
        configuration.shutdownTimeout = .seconds(1)
        context = try NIOSSLContext(configuration: configuration)
        trusted = Set(certificates)
    }

    /// For one connection; sessions are never resumed, so each has a full handshake.
    func handler() throws -> NIOSSLClientHandler {
        let trusted = trusted
        return try NIOSSLClientHandler(context: context, serverHostname: nil) { shown, verdict in
            let isTrusted = shown.first.map(trusted.contains) ?? false
            verdict.succeed(isTrusted ? .certificateVerified : .failed)
        }
    }
}
