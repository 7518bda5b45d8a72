import Crypto
import Policy

extension SecretDigest {
    /// Takes the result of SHA-256, plain or keyed.
    init(_ code: some Sequence<UInt8>) {
        var bytes = code.makeIterator()
        func word() -> UInt64 {
            (0..<8).reduce(0) { word, _ in word << 8 | UInt64(bytes.next() ?? 0) }
        }
        self.init(words: (word(), word(), word(), word()))
    }
}
