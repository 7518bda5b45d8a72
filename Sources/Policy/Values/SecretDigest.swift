/// The SHA-256 of a secret: what is stored and compared in its stead.
///
/// Prints and encodes as 64 lower-case hexadecimal digits.
package struct SecretDigest: Hashable, Sendable {
    package var words: (UInt64, UInt64, UInt64, UInt64) { (first, second, third, fourth) }
    private let first: UInt64
    private let second: UInt64
    private let third: UInt64
    private let fourth: UInt64

    /// Big-endian words, as SHA-256 defines them.
    package init(words: (UInt64, UInt64, UInt64, UInt64)) {
        (first, second, third, fourth) = words
    }

    /// Takes the same time whatever differs.
    package static func == (left: Self, right: Self) -> Bool {
        let difference =
            (left.first ^ right.first) | (left.second ^ right.second)
            | (left.third ^ right.third) | (left.fourth ^ right.fourth)
        return difference == 0
    }

    /// One word is enough: the digest is already uniform.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(first)
    }
}
