import Admin
import Crypto
package import Policy

/// A key that was just made: what is shown once and what is kept.
struct MintedKey {
    var id: KeyID
    var secret: Secret
    var digest: SecretDigest
    /// For passwords.
    var derivation: PasswordDerivation?

    func record(at now: Timestamp) -> KeySecret {
        KeySecret(digest: digest, created: now, derivation: derivation)
    }
}

/// Makes keys.
struct KeyMint {
    private static let alphabet = Array(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    )
    /// Letters of a password that nobody chose: 142 bits.
    private static let passwordLength = 24

    var environment: String
    /// Nil where no passwords can be made.
    var derivePassword: PasswordDerivationStep?

    /// A key whose id is none of `taken`; a `password` that its holder chose, else one at random.
    func mint(
        _ scheme: KeyRecord.Scheme,
        password: Secret? = nil,
        unlike taken: Set<KeyID>
    ) throws(AdminError) -> MintedKey {
        var generator = SystemRandomNumberGenerator()
        var id: KeyID
        repeat {
            id = KeyID(Self.letters(PolicyBounds.keyIDLength, using: &generator))
        } while taken.contains(id)
        return try mint(scheme, password: password, id: id)
    }

    /// A new secret for a key that exists.
    func mint(
        _ scheme: KeyRecord.Scheme,
        password: Secret? = nil,
        id: KeyID
    ) throws(AdminError) -> MintedKey {
        var generator = SystemRandomNumberGenerator()
        if scheme == .basic {
            let random = Self.letters(Self.passwordLength, using: &generator)
            return try derive(password ?? Secret(random), id: id)
        }
        guard password == nil else {
            throw AdminError(
                .invalidRequest,
                "only a key of the scheme basic has a password; the others get a random secret"
            )
        }
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

    /// What is kept of a password; takes a noticeable part of a second.
    func derive(_ password: Secret, id: KeyID) throws(AdminError) -> MintedKey {
        if let problem = CredentialText.problem(ofPassword: password.revealed()) {
            throw AdminError(.invalidRequest, "the password \(problem)")
        }
        guard let derivePassword else {
            throw AdminError(
                .invalidRequest,
                "passwords cannot be derived here; use an API key or a bearer token"
            )
        }
        do {
            let (digest, derivation) = try derivePassword(password)
            return MintedKey(id: id, secret: password, digest: digest, derivation: derivation)
        } catch {
            throw AdminError(.internalFailure, "\(error)")
        }
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
