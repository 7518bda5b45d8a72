import NIOSSL

/// What a verified client certificate says about its holder.
///
/// Only a certificate that a client authority of the settings signed, and that was valid during
/// the handshake, becomes one.
package struct PeerCertificate: Equatable, Sendable {
    /// Subjects that are looked at; the holder has at most so many names.
    package static let subjectsMax = 32

    /// `CN=…`, `DNS:…`, `URI:…` and `EMAIL:…`, byte for byte as they stand in the certificate.
    package let subjects: [String]

    package init(subjects: [String]) {
        self.subjects = Array(subjects.prefix(Self.subjectsMax))
    }
}

extension PeerCertificate {
    init(_ certificate: NIOSSLCertificate) {
        self.init(subjects: certificate.commonNames.map { "CN=\($0)" } + certificate.alternatives)
    }
}

extension NIOSSLCertificate {
    /// The subject's common names, without those that hold anything but visible ASCII or spaces.
    var commonNames: [String] {
        subjectName.lazy
            .filter { $0.type == .commonName && Self.isPlain($0.value.utf8) }
            .map(\.value)
    }

    /// The alternative names of the kinds that name a holder, each with its prefix.
    ///
    /// A name with a control character or a byte beyond ASCII is left out instead of shortened
    /// or replaced: either could make it equal to another.
    fileprivate var alternatives: [String] {
        _subjectAlternativeNames().compactMap { name in
            let prefix: String
            switch name.nameType {
            case .dnsName: prefix = "DNS:"
            case .uri: prefix = "URI:"
            case .email: prefix = "EMAIL:"
            default: return nil
            }
            guard Self.isPlain(name.contents) else { return nil }
            return prefix + String(decoding: name.contents, as: UTF8.self)
        }
    }

    private static func isPlain(_ bytes: some Collection<UInt8>) -> Bool {
        !bytes.isEmpty && bytes.count <= 1_024 && bytes.allSatisfy { 0x20...0x7E ~= $0 }
    }
}
