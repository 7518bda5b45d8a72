import Admin
import Crypto
package import Policy

/// A key that was just made: what is shown once and what is kept.
struct MintedKey {
    var id: KeyID
    var secret: Secret
    var digest: SecretDigest
}

/// Makes keys.
struct KeyMint {
    private static let alphabet = Array(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    )

    var environment: String

    /// A key whose id is none of `taken`.
    func mint(unlike taken: Set<KeyID>) throws(AdminError) -> MintedKey {
        var generator = SystemRandomNumberGenerator()
        return try mint(unlike: taken, using: &generator)
    }

    func mint(
        unlike taken: Set<KeyID>,
        using generator: inout some RandomNumberGenerator
    ) throws(AdminError) -> MintedKey {
        var id: KeyID
        repeat {
            id = KeyID(Self.letters(PolicyBounds.keyIDLength, using: &generator))
        } while taken.contains(id)
        return try mint(id: id, using: &generator)
    }

    /// A new secret for a key that exists.
    func mint(id: KeyID) throws(AdminError) -> MintedKey {
        var generator = SystemRandomNumberGenerator()
        return try mint(id: id, using: &generator)
    }

    private func mint(
        id: KeyID,
        using generator: inout some RandomNumberGenerator
    ) throws(AdminError) -> MintedKey {
        let secret = KeyText.compose(
            environment: environment,
            id: id,
            secretPart: Self.letters(KeyText.secretLength, using: &generator)
        )
        guard let secret else {
            throw AdminError(
                .internalFailure,
                "no key can be made for the key environment; it must be 1…16 lower-case letters"
                    + " and digits"
            )
        }
        return MintedKey(id: id, secret: secret, digest: SecretDigest(of: secret))
    }

    /// Every letter is equally likely: `Int.random` rejects rather than folds.
    private static func letters(
        _ count: Int,
        using generator: inout some RandomNumberGenerator
    ) -> String {
        String((0..<count).map { _ in alphabet[Int.random(in: 0..<62, using: &generator)] })
    }
}

extension SecretDigest {
    /// The SHA-256 of the whole key text, as the gate computes it from what a client presents.
    package init(of secret: Secret) {
        self = SHA256.hash(data: Array(secret.revealed().utf8)).withUnsafeBytes { bytes in
            func word(_ index: Int) -> UInt64 {
                bytes[(index * 8)..<(index * 8 + 8)].reduce(0) { $0 << 8 | UInt64($1) }
            }
            return SecretDigest(words: (word(0), word(1), word(2), word(3)))
        }
    }
}
