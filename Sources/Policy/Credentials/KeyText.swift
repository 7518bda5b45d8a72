/// How a key looks to its holder: `mcpk_<environment>_<id>_<secret><checksum>`.
///
/// The environment is 1…16 lower-case letters and digits, the id 8, the secret 43 and the checksum
/// 6 characters of base62 (digits, upper-case, lower-case letters). The checksum is the CRC-32 of
/// everything before it, so that secret scanners can recognise a key without asking anyone.
package struct KeyText: Equatable, Sendable {
    package static let prefix = "mcpk_"
    package static let secretLength = 43
    private static let checksumLength = 6
    private static let alphabet = Array(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8
    )

    package var environment: String
    package var id: KeyID

    /// Makes a whole key around `secretPart`, 43 characters of base62 drawn at random (256 bits).
    ///
    /// - Returns: Nil when a part has another length or alphabet.
    package static func compose(
        environment: String,
        id: KeyID,
        secretPart: String
    ) -> Secret? {
        guard isEnvironment(Array(environment.utf8)), id.isWellFormed,
            secretPart.utf8.count == secretLength, secretPart.utf8.allSatisfy(\.isASCIIAlphanumeric)
        else { return nil }
        let body = prefix + environment + "_" + id.rawValue + "_" + secretPart
        return Secret(body + checksum(of: body.utf8))
    }

    /// The public parts of a key's text; nil when it is no such text or its checksum is wrong.
    package static func parse(_ text: String) -> Self? {
        let bytes = Array(text.utf8.prefix(96))
        let fields = bytes.split(separator: 0x5F, omittingEmptySubsequences: false)
        guard bytes.count < 96, fields.count == 4,
            fields[0].elementsEqual("mcpk".utf8), isEnvironment(fields[1]),
            fields[2].count == PolicyBounds.keyIDLength,
            fields[3].count == secretLength + checksumLength,
            (fields[2] + fields[3]).allSatisfy(\.isASCIIAlphanumeric),
            bytes.suffix(checksumLength)
                .elementsEqual(checksum(of: bytes.dropLast(checksumLength)).utf8)
        else { return nil }
        return Self(
            environment: String(decoding: fields[1], as: UTF8.self),
            id: KeyID(String(decoding: fields[2], as: UTF8.self))
        )
    }

    /// Six characters of base62, most significant first, padded with `0`.
    private static func checksum(of bytes: some Sequence<UInt8>) -> String {
        var rest = CRC32.checksum(bytes)
        var digits: [UInt8] = []
        for _ in 0..<checksumLength {
            digits.append(alphabet[Int(rest % 62)])
            rest /= 62
        }
        return String(decoding: digits.reversed(), as: UTF8.self)
    }

    private static func isEnvironment(_ bytes: some Collection<UInt8>) -> Bool {
        (1...16).contains(bytes.count)
            && bytes.allSatisfy { $0.isASCIIAlphanumeric && $0.asciiFolded == $0 }
    }
}

extension KeyID {
    /// Eight characters of base62.
    package var isWellFormed: Bool {
        rawValue.utf8.count == PolicyBounds.keyIDLength
            && rawValue.utf8.allSatisfy(\.isASCIIAlphanumeric)
    }
}
