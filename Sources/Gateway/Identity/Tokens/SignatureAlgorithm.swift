/// The signature algorithms that an access token may use: asymmetric ones only, RFC 7518 section 3.1
/// and RFC 8037.
enum SignatureAlgorithm: String, CaseIterable, Sendable {
    case rs256 = "RS256"
    case rs384 = "RS384"
    case rs512 = "RS512"
    case ps256 = "PS256"
    case ps384 = "PS384"
    case ps512 = "PS512"
    case es256 = "ES256"
    case es384 = "ES384"
    case es512 = "ES512"
    case edDSA = "EdDSA"

    static let rsa: [Self] = [.rs256, .rs384, .rs512, .ps256, .ps384, .ps512]

    /// Takes a name byte for byte; other names, `none` and `HS256` among them, give nil.
    init?(named name: String) {
        guard let found = Self.allCases.first(where: { $0.rawValue.hasSameBytes(as: name) })
        else { return nil }
        self = found
    }
}

extension String {
    /// Whether both are the same bytes; `==` also holds texts equal that only look alike.
    func hasSameBytes(as other: String) -> Bool {
        utf8.elementsEqual(other.utf8)
    }
}
