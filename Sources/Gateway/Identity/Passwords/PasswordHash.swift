import Crypto
import CryptoExtras
import MCP
package import Policy

/// Turns passwords into digests that are slow to guess: scrypt, RFC 7914.
package enum PasswordHash {
    private static let saltByteCount = 16
    private static let blockSize = 8
    private static let parallelism = 1
    private static let digestByteCount = 32
    /// Binary logarithms of the number of rounds that a policy may ask for.
    private static let costs = 14...17

    /// The machine could not give the 16…128 MiB that one derivation takes.
    package struct OutOfMemory: Error, CustomStringConvertible {
        package var description: String {
            "There is not enough memory to derive a digest from the password; free some and retry."
        }
    }

    /// Derives what is stored of a new password, under a salt drawn at random.
    package static func make(
        password: Secret,
        cost: Int = 15
    ) throws(OutOfMemory) -> (digest: SecretDigest, derivation: PasswordDerivation) {
        var generator = SystemRandomNumberGenerator()
        let derivation = PasswordDerivation(salt: salt(from: &generator), cost: cost)
        guard let digest = digest(of: Array(password.revealed().utf8), derivation) else {
            throw OutOfMemory()
        }
        return (digest, derivation)
    }

    /// Takes as long as its cost says, 40 ms at 15 on common hardware; never call it on an event
    /// loop.
    ///
    /// - Returns: Nil when there is not enough memory, or no such salt.
    static func digest(of password: [UInt8], _ derivation: PasswordDerivation) -> SecretDigest? {
        guard let salt = bytes(ofHex: derivation.salt), salt.count == saltByteCount else {
            return nil
        }
        let cost = min(max(derivation.cost, costs.lowerBound), costs.upperBound)
        // An empty array has no address to derive from. No password is a single zero, because
        // credentials with control characters are not read.
        let key = try? KDF.Scrypt.deriveKey(
            from: password.isEmpty ? [0] : password,
            salt: salt,
            outputByteCount: digestByteCount,
            rounds: 1 << cost,
            blockSize: blockSize,
            parallelism: parallelism
        )
        return key?.withUnsafeBytes { SecretDigest(bytes: Array($0)) }
    }

    /// A random salt, as a derivation has it.
    static func salt(from generator: inout some RandomNumberGenerator) -> String {
        (0..<saltByteCount).map { _ in
            let byte = UInt8.random(in: .min ... .max, using: &generator)
            return (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }

    private static func bytes(ofHex text: String) -> [UInt8]? {
        let digits = text.utf8.compactMap(ASCII.hexValue)
        guard digits.count == text.utf8.count, digits.count.isMultiple(of: 2) else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}
