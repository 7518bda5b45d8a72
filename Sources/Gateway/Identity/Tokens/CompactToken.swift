import MCP

/// A signed token taken apart, before anything in it is believed: RFC 7515, compact form only.
struct CompactToken: Sendable {
    /// Longer tokens are not looked at.
    static let bytesMax = 16_384
    private static let headerDepthMax = 4
    private static let keyIDBytesMax = 256

    let algorithm: SignatureAlgorithm
    /// 1…256 bytes.
    let keyID: String?
    /// What the signature is over: the first two parts as they came, with the dot between them.
    let signedBytes: ArraySlice<UInt8>
    let payload: [UInt8]
    let signature: [UInt8]

    init(_ bytes: [UInt8]) throws(TokenProblem) {
        guard bytes.count <= Self.bytesMax else { throw .tooLarge }
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, parts.allSatisfy({ !$0.isEmpty }),
            let header = Base64URL.decode(parts[0]),
            let payload = Base64URL.decode(parts[1]),
            let signature = Base64URL.decode(parts[2])
        else { throw .notCompact }
        (algorithm, keyID) = try Self.read(header)
        self.payload = payload
        self.signature = signature
        signedBytes = bytes[..<parts[1].endIndex]
    }

    /// Members that would change what is verified or bring a key along, or that say that the token
    /// is encrypted or holds another one.
    private static let refusedMembers = [
        "crit", "b64", "zip", "jku", "jwk", "x5u", "x5c", "enc", "epk", "cty",
    ]

    private static func read(
        _ bytes: [UInt8]
    ) throws(TokenProblem) -> (SignatureAlgorithm, keyID: String?) {
        let limits = MessageLimits(depthMax: headerDepthMax)
        guard let header = try? JSONValue.parse(bytes, limits: limits), header.members != nil else {
            throw .headerUnreadable
        }
        guard refusedMembers.allSatisfy({ header[$0] == nil }) else { throw .headerRefused }
        guard isAccessToken(header["typ"]) else { throw .typeRefused }
        guard let algorithm = header["alg"]?.string.flatMap(SignatureAlgorithm.init(named:)) else {
            throw .algorithmRefused
        }
        guard let keyID = header["kid"] else { return (algorithm, nil) }
        guard let keyID = keyID.string, (1...keyIDBytesMax).contains(keyID.utf8.count) else {
            throw .headerUnreadable
        }
        return (algorithm, keyID)
    }

    /// No type, the general one, or that of RFC 9068; media types ignore case.
    private static func isAccessToken(_ type: JSONValue?) -> Bool {
        guard let type else { return true }
        guard let folded = type.string?.utf8.map(ASCII.folded) else { return false }
        return ["jwt", "at+jwt", "application/at+jwt"].contains { folded.elementsEqual($0.utf8) }
    }
}
