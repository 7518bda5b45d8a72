import NIOCore
import NIOSSL
import Policy

/// A certificate with its key, ready to greet clients.
///
/// Session tickets are encrypted with keys of the context's own, so a session never outlives the
/// certificate, or the client authorities, that it began under.
struct TLSIdentity: Sendable {
    let context: NIOSSLContext
    let standing: CertificateStanding
    /// Whether clients are asked for a certificate.
    let verifiesClients: Bool

    /// The forward-secret AEAD suites of TLS 1.2; those of TLS 1.3 are all of that kind.
    private static let cipherSuites = [
        "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256",
        "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-RSA-CHACHA20-POLY1305",
        "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384",
    ]

    /// - Throws: What keeps the files from being served at `now`.
    init(_ files: TLSFiles, of settings: TLSSettings, at now: Timestamp) throws(TLSProblem) {
        let chain = try Self.certificates(
            in: files.certificates,
            orProblem: TLSProblem(
                .certificateMalformed,
                "\(settings.certificatePath) holds no certificate in PEM form."
            )
        )
        standing = CertificateStanding(chain[0])
        try Self.check(standing, settings, at: now)
        let key = try Self.key(files.key, settings)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(key)
        )
        Self.harden(&configuration)
        verifiesClients = files.clientAuthorities != nil
        if let authorities = files.clientAuthorities {
            try Self.askForCertificates(from: authorities, settings, &configuration)
        }
        do {
            context = try NIOSSLContext(configuration: configuration)
        } catch {
            throw TLSProblem(
                .keyMismatch,
                """
                The key in \(settings.keyPath) is not that of the first certificate in \
                \(settings.certificatePath).
                """
            )
        }
    }

    private static func harden(_ configuration: inout TLSConfiguration) {
        configuration.minimumTLSVersion = .tlsv12
        configuration.maximumTLSVersion = .tlsv13
        configuration.cipherSuites = cipherSuites.joined(separator: ":")
        configuration.curves = [.x25519_MLKEM768, .x25519, .secp256r1, .secp384r1]
        configuration.applicationProtocols = ["h2", "http/1.1"]
        configuration.renegotiationSupport = .none
        configuration.shutdownTimeout = .seconds(2)
    }

    private static func askForCertificates(
        from authorities: [UInt8],
        _ settings: TLSSettings,
        _ configuration: inout TLSConfiguration
    ) throws(TLSProblem) {
        let path = settings.clientAuthorityPath ?? ""
        let roots = try certificates(
            in: authorities,
            orProblem: TLSProblem(
                .clientAuthorityMalformed,
                "\(path) holds no certificate of a client authority in PEM form."
            )
        )
        configuration.certificateVerification = .optionalVerification
        configuration.trustRoots = .certificates(roots)
        configuration.sendCANameList = true
    }

    private static func certificates(
        in bytes: [UInt8],
        orProblem problem: TLSProblem
    ) throws(TLSProblem) -> [NIOSSLCertificate] {
        guard let found = try? NIOSSLCertificate.fromPEMBytes(bytes), !found.isEmpty else {
            throw problem
        }
        return found
    }

    private static func key(
        _ bytes: [UInt8],
        _ settings: TLSSettings
    ) throws(TLSProblem) -> NIOSSLPrivateKey {
        do {
            return try NIOSSLPrivateKey(bytes: bytes, format: .pem)
        } catch {
            throw TLSProblem(
                .keyMalformed,
                "\(settings.keyPath) holds no private key in PEM form, or an encrypted one."
            )
        }
    }

    private static func check(
        _ standing: CertificateStanding,
        _ settings: TLSSettings,
        at now: Timestamp
    ) throws(TLSProblem) {
        if standing.isExpired(at: now) {
            throw TLSProblem(
                .certificateExpired,
                "The certificate in \(settings.certificatePath) expired on \(standing.validUntil)."
            )
        }
        if standing.isNotYetValid(at: now) {
            throw TLSProblem(
                .certificateNotYetValid,
                "The certificate in \(settings.certificatePath) begins on \(standing.validFrom)."
            )
        }
    }
}

extension CertificateStanding {
    fileprivate init(_ certificate: NIOSSLCertificate) {
        let hosts = PeerCertificate(certificate).subjects.filter { $0.hasPrefix("DNS:") }
        self.init(
            names: hosts.isEmpty
                ? certificate.commonNames : hosts.map { String($0.dropFirst("DNS:".count)) },
            validFrom: Timestamp(seconds: certificate.notValidBefore),
            validUntil: Timestamp(seconds: certificate.notValidAfter)
        )
    }
}

extension Timestamp {
    /// Saturates at the end of what milliseconds can tell.
    fileprivate init(seconds: Int) {
        let (milliseconds, overflow) = Int64(seconds).multipliedReportingOverflow(by: 1_000)
        self.init(millisecondsSince1970: overflow ? (seconds < 0 ? .min : .max) : milliseconds)
    }
}
