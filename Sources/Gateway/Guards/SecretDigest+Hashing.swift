import Crypto
import MCP
import Policy

extension SecretDigest {
    /// The SHA-256 of the bytes in `range`.
    init(hashing range: Range<Int>, of bytes: RawSpan) {
        let digest = bytes.extracting(range).withUnsafeBytes { SHA256.hash(data: $0) }
        self = digest.withUnsafeBytes { digest in
            SecretDigest(
                words: (
                    Self.word(0, of: digest), Self.word(1, of: digest),
                    Self.word(2, of: digest), Self.word(3, of: digest)
                )
            )
        }
    }

    private static func word(_ index: Int, of digest: UnsafeRawBufferPointer) -> UInt64 {
        digest[index * 8..<index * 8 + 8].reduce(0) { $0 << 8 | UInt64($1) }
    }
}
