import Crypto
import CryptoExtras
import Foundation
import MCP
import Policy
import Synchronization

@testable import Gateway

/// An authorization server with a key of each kind, which also forges whatever a test asks for.
struct TokenForge: Sendable {
    static let now = Timestamp(millisecondsSince1970: 1_800_000_000_000)
    static let rules = TokenRules(
        issuer: "https://issuer.example",
        audience: "https://gate.example/mcp",
        keySet: "https://issuer.example/jwks",
        clockSkewSeconds: 30,
        scopes: [TokenScopeRule(scope: "mcp:read"), TokenScopeRule(scope: "mcp:write")]
    )
    static let shared = TokenForge()

    let p256 = P256.Signing.PrivateKey()
    let p384 = P384.Signing.PrivateKey()
    let p521 = P521.Signing.PrivateKey()
    let ed25519 = Curve25519.Signing.PrivateKey()
    let rsa: _RSA.Signing.PrivateKey

    init() {
        do {
            rsa = try _RSA.Signing.PrivateKey(keySize: .bits2048)
        } catch {
            preconditionFailure("no RSA key: \(error)")
        }
    }

    // MARK: Keys

    var keySetText: String {
        keySetText([rsaKey(), p256Key(), p384Key, p521Key, ed25519Key])
    }

    func keySetText(_ keys: [String]) -> String {
        #"{"keys":[\#(keys.joined(separator: ","))]}"#
    }

    func rsaKey(id: String = "rsa", _ more: String = "") -> String {
        guard let numbers = try? rsa.publicKey.getKeyPrimitives() else { return "{}" }
        return #"{"kty":"RSA","kid":"\#(id)","n":"\#(Self.encode(numbers.modulus))","#
            + #""e":"\#(Self.encode(numbers.publicExponent))"\#(more)}"#
    }

    func p256Key(id: String = "p256", _ more: String = "") -> String {
        Self.elliptic("P-256", id: id, p256.publicKey.rawRepresentation, more)
    }

    var p384Key: String { Self.elliptic("P-384", id: "p384", p384.publicKey.rawRepresentation) }
    var p521Key: String { Self.elliptic("P-521", id: "p521", p521.publicKey.rawRepresentation) }

    var ed25519Key: String {
        #"{"kty":"OKP","crv":"Ed25519","kid":"ed","use":"sig","alg":"EdDSA","#
            + #""x":"\#(Self.encode(ed25519.publicKey.rawRepresentation))"}"#
    }

    private static func elliptic(
        _ curve: String,
        id: String,
        _ point: Data,
        _ more: String = ""
    ) -> String {
        let half = point.count / 2
        return
            #"{"kty":"EC","crv":"\#(curve)","kid":"\#(id)","x":"\#(encode(point.prefix(half)))","#
            + #""y":"\#(encode(point.suffix(half)))"\#(more)}"#
    }

    // MARK: Tokens

    static func header(_ algorithm: String, key: String, _ more: String = "") -> String {
        #"{"alg":"\#(algorithm)","kid":"\#(key)","typ":"at+jwt"\#(more)}"#
    }

    /// Claims that are all in order; `more` begins with a comma.
    static func claims(
        issuer: String = #""https://issuer.example""#,
        audience: String? = #""https://gate.example/mcp""#,
        subject: String? = #""alice""#,
        expiry: String? = "1800000300",
        _ more: String = ""
    ) -> String {
        var members = [#""iss":\#(issuer)"#]
        if let audience { members.append(#""aud":\#(audience)"#) }
        if let subject { members.append(#""sub":\#(subject)"#) }
        if let expiry { members.append(#""exp":\#(expiry)"#) }
        return "{\(members.joined(separator: ","))\(more)}"
    }

    /// Signs as `algorithm` says, whatever the header says.
    func token(
        _ algorithm: String = "ES256",
        header: String? = nil,
        claims: String = claims()
    ) throws -> [UInt8] {
        let header = header ?? Self.header(algorithm, key: Self.keyID(for: algorithm))
        let signed = "\(Self.encode(Array(header.utf8))).\(Self.encode(Array(claims.utf8)))"
        return Array("\(signed).\(Self.encode(try sign(Array(signed.utf8), algorithm)))".utf8)
    }

    func sign(_ bytes: [UInt8], _ algorithm: String) throws -> [UInt8] {
        switch algorithm {
        case "ES256": Array(try p256.signature(for: bytes).rawRepresentation)
        case "ES384": Array(try p384.signature(for: bytes).rawRepresentation)
        case "ES512": Array(try p521.signature(for: bytes).rawRepresentation)
        case "EdDSA": Array(try ed25519.signature(for: bytes))
        case "RS256", "RS384", "RS512":
            Array(try rsaSignature(bytes, algorithm, .insecurePKCS1v1_5).rawRepresentation)
        case "PS256", "PS384", "PS512":
            Array(try rsaSignature(bytes, algorithm, .PSS).rawRepresentation)
        case "HS256": Array(HMAC<SHA256>.authenticationCode(for: bytes, using: publicKeyAsSecret))
        default: []
        }
    }

    /// What a verifier that does not bind keys to algorithms would take for a shared secret.
    var publicKeyAsSecret: SymmetricKey {
        SymmetricKey(data: Data(rsa.publicKey.pemRepresentation.utf8))
    }

    static func keyID(for algorithm: String) -> String {
        switch algorithm {
        case "ES256": "p256"
        case "ES384": "p384"
        case "ES512": "p521"
        case "EdDSA": "ed"
        default: "rsa"
        }
    }

    private func rsaSignature(
        _ bytes: [UInt8],
        _ algorithm: String,
        _ padding: _RSA.Signing.Padding
    ) throws -> _RSA.Signing.RSASignature {
        switch algorithm.suffix(3) {
        case "384": try rsa.signature(for: SHA384.hash(data: bytes), padding: padding)
        case "512": try rsa.signature(for: SHA512.hash(data: bytes), padding: padding)
        default: try rsa.signature(for: SHA256.hash(data: bytes), padding: padding)
        }
    }

    static func encode(_ bytes: some Collection<UInt8>) -> String {
        Data(bytes).base64EncodedString()
            .replacingOccurrences(of: "+", with: "-")
            .replacingOccurrences(of: "/", with: "_")
            .replacingOccurrences(of: "=", with: "")
    }
}

/// A monotonic clock that stands until it is moved.
final class StandingClock: Sendable {
    private let seconds = Mutex<Int64>(1000)

    var now: MonotonicTime {
        MonotonicTime(nanoseconds: seconds.withLock { $0 } * 1_000_000_000)
    }

    func advance(bySeconds count: Int64) {
        seconds.withLock { $0 += count }
    }
}

/// Notes what it is given, from any thread.
final class Notebook<Note: Sendable>: Sendable {
    private let list = Mutex<[Note]>([])

    var notes: [Note] { list.withLock { $0 } }

    func add(_ note: Note) {
        list.withLock { $0.append(note) }
    }
}
