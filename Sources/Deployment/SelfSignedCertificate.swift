import Crypto
package import Foundation
import SwiftASN1
import X509

/// A certificate that vouches for itself, for development and for private networks.
///
/// P-256, good for servers only, and no authority: whoever trusts it trusts it for its names and
/// for nothing else.
package struct SelfSignedCertificate: Sendable {
    package static let daysMax = 825
    package static let namesMax = 32

    /// Before now, for clients whose clock is a little late.
    private static let backdatingSeconds: TimeInterval = 300
    private static let secondsPerDay: TimeInterval = 86_400

    package let certificatePEM: String
    package let keyPEM: String

    /// Makes a key and a certificate for it, valid from `now` on for `days`, 1…`daysMax`.
    ///
    /// Names are what clients may call the server: host names, `*.` names and IP addresses.
    /// Throws a `SelfSignedProblem` for names and days that cannot be certified.
    package init(names: [String], days: Int, now: Date) throws {
        let subjects = try Self.subjects(names)
        guard 1...Self.daysMax ~= days else { throw SelfSignedProblem.days(days) }
        let key = P256.Signing.PrivateKey()
        let issuerKey = Certificate.PrivateKey(key)
        let holder = try DistinguishedName { CommonName(Self.commonName(names)) }
        let certificate = try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(),
            publicKey: issuerKey.publicKey,
            notValidBefore: now.addingTimeInterval(-Self.backdatingSeconds),
            notValidAfter: now.addingTimeInterval(TimeInterval(days) * Self.secondsPerDay),
            issuer: holder,
            subject: holder,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: Self.extensions(for: subjects, key: issuerKey.publicKey),
            issuerPrivateKey: issuerKey
        )
        certificatePEM = try certificate.serializeAsPEM().pemString + "\n"
        keyPEM = key.pemRepresentation + "\n"
    }

    private static func extensions(
        for subjects: [GeneralName],
        key: Certificate.PublicKey
    ) throws -> Certificate.Extensions {
        try Certificate.Extensions {
            Critical(BasicConstraints.notCertificateAuthority)
            Critical(KeyUsage(digitalSignature: true))
            try ExtendedKeyUsage([.serverAuth])
            SubjectAlternativeNames(subjects)
            SubjectKeyIdentifier(hash: key)
        }
    }

    /// A common name is at most 64 characters; clients look at the alternative names anyway.
    private static func commonName(_ names: [String]) -> String {
        names.first { $0.utf8.count <= 64 } ?? "gatehouse"
    }

    private static func subjects(_ names: [String]) throws -> [GeneralName] {
        guard !names.isEmpty else { throw SelfSignedProblem.noName }
        guard names.count <= namesMax else { throw SelfSignedProblem.tooManyNames }
        return try names.map { name in
            if let octets = IPAddressOctets(name) {
                return .ipAddress(ASN1OctetString(contentBytes: octets.bytes[...]))
            }
            guard HostName.isSound(name) else { throw SelfSignedProblem.name(name) }
            return .dnsName(name.lowercased())
        }
    }
}

/// Why no certificate can be made; each says what is allowed.
package enum SelfSignedProblem: Error, Equatable, CustomStringConvertible {
    case noName
    case tooManyNames
    case name(String)
    case days(Int)

    package var description: String {
        switch self {
        case .noName:
            "Name at least one host or address that the certificate is for."
        case .tooManyNames:
            "A certificate is for at most \(SelfSignedCertificate.namesMax) names."
        case .name(let name):
            "'\(name)' is neither a host name, such as gate.example.com, nor an IP address."
        case .days(let days):
            "\(days) days are not between 1 and \(SelfSignedCertificate.daysMax)."
        }
    }
}

/// An IP address as a certificate holds it: 4 or 16 bytes.
struct IPAddressOctets {
    let bytes: [UInt8]

    init?(_ text: String) {
        var address4 = in_addr()
        var address6 = in6_addr()
        if inet_pton(AF_INET, text, &address4) == 1 {
            bytes = Swift.withUnsafeBytes(of: &address4) { Array($0) }
        } else if inet_pton(AF_INET6, text, &address6) == 1 {
            bytes = Swift.withUnsafeBytes(of: &address6) { Array($0) }
        } else {
            return nil
        }
    }
}

/// Host names by RFC 1123: labels of letters, digits and inner hyphens; the first may be `*`.
enum HostName {
    static func isSound(_ name: String) -> Bool {
        let labels = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard name.utf8.count <= 253, let last = labels.last else { return false }
        // Only addresses end in a number, and what looks like one but is none is a mistake.
        guard !last.allSatisfy({ 0x30...0x39 ~= $0 }) else { return false }
        let isWildcard = labels.count > 2 && labels[0].elementsEqual("*".utf8)
        return labels.dropFirst(isWildcard ? 1 : 0).allSatisfy(isSound(label:))
    }

    private static func isSound(label: Substring.UTF8View.SubSequence) -> Bool {
        guard 1...63 ~= label.count, label.first != UInt8(ascii: "-"),
            label.last != UInt8(ascii: "-")
        else { return false }
        return label.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                true
            default:
                false
            }
        }
    }
}
