import JWTKit
import MCP

/// A public key bound to one algorithm, so that no token can have it used for another.
struct VerificationKey: Sendable {
    /// Nil for a key without an id.
    let id: String?
    let algorithm: SignatureAlgorithm
    /// The one length that a signature of this key has, in bytes.
    private let signatureByteCount: Int
    private let verifier: any JWTAlgorithm

    private init(
        id: String?,
        _ algorithm: SignatureAlgorithm,
        signatureByteCount: Int,
        _ verifier: any JWTAlgorithm
    ) {
        self.id = id
        self.algorithm = algorithm
        self.signatureByteCount = signatureByteCount
        self.verifier = verifier
    }

    /// Whether `signature` is this key's over `bytes`.
    func isValid(_ signature: [UInt8], over bytes: ArraySlice<UInt8>) -> Bool {
        guard signature.count == signatureByteCount else { return false }
        return (try? verifier.verify(signature, signs: bytes)) == true
    }

    /// Whether a token that names `keyID` means this key.
    func isNamed(_ keyID: String) -> Bool {
        id?.hasSameBytes(as: keyID) == true
    }

    // MARK: Reading RFC 7517

    /// The key of one JSON Web Key, once for each algorithm that it may be used with.
    ///
    /// - Returns: Nothing for a key of another kind or use, a weak one, one that is malformed, and
    ///   one that gives its private part away.
    static func read(_ jwk: JSONValue) async -> [Self] {
        guard jwk.members != nil, isForVerifying(jwk), jwk["d"] == nil, jwk["k"] == nil,
            let id = id(of: jwk), let material = KeyMaterial(jwk)
        else { return [] }
        var keys: [Self] = []
        for algorithm in algorithms(of: jwk, fitting: material) {
            guard let verifier = await material.verifier(for: algorithm) else { continue }
            keys.append(
                Self(
                    id: id.text,
                    algorithm,
                    signatureByteCount: material.signatureByteCount,
                    verifier
                )
            )
        }
        return keys
    }

    private static func isForVerifying(_ jwk: JSONValue) -> Bool {
        if let use = jwk["use"], use != "sig" { return false }
        guard let operations = jwk["key_ops"] else { return true }
        return operations.elements?.contains("verify") == true
    }

    /// Nil for an id that is no text.
    private static func id(of jwk: JSONValue) -> (text: String?, Void)? {
        guard let id = jwk["kid"] else { return (nil, ()) }
        return id.string.map { ($0, ()) }
    }

    /// The one that the key names, if it fits; all that fit where it names none.
    private static func algorithms(
        of jwk: JSONValue,
        fitting material: KeyMaterial
    ) -> [SignatureAlgorithm] {
        guard let name = jwk["alg"] else { return material.algorithms }
        return material.algorithms.filter { name == .string($0.rawValue) }
    }
}

/// The numbers of a public key, checked.
private enum KeyMaterial {
    case rsa(JWTKit.Insecure.RSA.PublicKey, modulusByteCount: Int)
    case p256(ES256PublicKey)
    case p384(ES384PublicKey)
    case p521(ES512PublicKey)
    case ed25519(EdDSA.PublicKey)

    /// 2,048…8,192 bits.
    private static let modulusByteCounts = 256...1024
    private static let exponentByteCounts = 1...4

    init?(_ jwk: JSONValue) {
        let (type, curve) = (jwk["kty"]?.string ?? "", jwk["crv"]?.string ?? "")
        switch type {
        case "RSA": self.init(rsa: jwk)
        case "EC": self.init(elliptic: jwk, on: curve)
        case "OKP" where curve.hasSameBytes(as: "Ed25519"): self.init(edwards: jwk)
        default: return nil
        }
    }

    private init?(rsa jwk: JSONValue) {
        guard let modulus = Self.number(jwk["n"]), let exponent = Self.number(jwk["e"]),
            Self.modulusByteCounts.contains(modulus.bytes.count), modulus.bytes[0] != 0,
            Self.exponentByteCounts.contains(exponent.bytes.count), exponent.bytes[0] != 0,
            exponent.bytes.last.map({ $0 & 1 == 1 }) == true, exponent.bytes != [1],
            let key = try? JWTKit.Insecure.RSA.PublicKey(
                modulus: modulus.text,
                exponent: exponent.text
            )
        else { return nil }
        self = .rsa(key, modulusByteCount: modulus.bytes.count)
    }

    private init?(elliptic jwk: JSONValue, on curve: String) {
        let byteCounts = ["P-256": 32, "P-384": 48, "P-521": 66]
        guard let byteCount = byteCounts[curve],
            let x = Self.number(jwk["x"]), x.bytes.count == byteCount,
            let y = Self.number(jwk["y"]), y.bytes.count == byteCount
        else { return nil }
        let point = (x: x.text, y: y.text)
        let key: Self? =
            switch byteCount {
            case 32: (try? ES256PublicKey(parameters: point)).map(Self.p256)
            case 48: (try? ES384PublicKey(parameters: point)).map(Self.p384)
            default: (try? ES512PublicKey(parameters: point)).map(Self.p521)
            }
        guard let key else { return nil }
        self = key
    }

    private init?(edwards jwk: JSONValue) {
        guard let x = Self.number(jwk["x"]), x.bytes.count == 32,
            let key = try? EdDSA.PublicKey(x: x.text, curve: .ed25519)
        else { return nil }
        self = .ed25519(key)
    }

    /// Canonical base64url, as text and as the bytes behind it; never empty.
    private static func number(_ value: JSONValue?) -> (text: String, bytes: [UInt8])? {
        guard let text = value?.string, let bytes = Base64URL.decode(text.utf8), !bytes.isEmpty
        else { return nil }
        return (text, bytes)
    }

    var algorithms: [SignatureAlgorithm] {
        switch self {
        case .rsa: SignatureAlgorithm.rsa
        case .p256: [.es256]
        case .p384: [.es384]
        case .p521: [.es512]
        case .ed25519: [.edDSA]
        }
    }

    var signatureByteCount: Int {
        switch self {
        case .rsa(_, let modulusByteCount): modulusByteCount
        case .p256, .ed25519: 64
        case .p384: 96
        case .p521: 132
        }
    }

    /// A key ring of its own for each algorithm: a shared one would decide by the token's header.
    func verifier(for algorithm: SignatureAlgorithm) async -> (any JWTAlgorithm)? {
        let ring = JWTKeyCollection()
        switch self {
        case .rsa(let key, _):
            await Self.add(key, for: algorithm, to: ring)
        case .p256(let key): await ring.add(ecdsa: key)
        case .p384(let key): await ring.add(ecdsa: key)
        case .p521(let key): await ring.add(ecdsa: key)
        case .ed25519(let key): await ring.add(eddsa: key)
        }
        return try? await ring.getKey()
    }

    private static func add(
        _ key: JWTKit.Insecure.RSA.PublicKey,
        for algorithm: SignatureAlgorithm,
        to ring: JWTKeyCollection
    ) async {
        switch algorithm {
        case .rs256: await ring.add(rsa: key, digestAlgorithm: .sha256)
        case .rs384: await ring.add(rsa: key, digestAlgorithm: .sha384)
        case .rs512: await ring.add(rsa: key, digestAlgorithm: .sha512)
        case .ps256: await ring.add(pss: key, digestAlgorithm: .sha256)
        case .ps384: await ring.add(pss: key, digestAlgorithm: .sha384)
        case .ps512: await ring.add(pss: key, digestAlgorithm: .sha512)
        case .es256, .es384, .es512, .edDSA: break
        }
    }
}
