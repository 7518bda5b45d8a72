import Policy
import Terminal

/// A fresh key, shown once.
///
/// Drawn masked until revealed; the model forgets it when the dialog closes, when the console is
/// suspended and when the connection is lost.
struct SecretDialog: Equatable, Sendable {
    /// A reveal ends by itself.
    static let revealSeconds: Int64 = 10

    let id: KeyID
    let secret: Secret
    let oldSecretRetires: Timestamp?
    /// The revision line of the commit that made it.
    let outcome: String
    var revealedAt: MonotonicTime?
    var wasSent = false
    /// Whether it asks to have the key stored.
    var isClosing = false
    var isStoredFocused = false

    var isRevealed: Bool { revealedAt != nil }

    /// The key with its secret part hidden, as long as the real one.
    func masked(with mark: Unicode.Scalar) -> String {
        let text = secret.revealed()
        let parts = text.split(separator: "_", omittingEmptySubsequences: false)
        let hidden = String(repeating: Character(mark), count: 12)
        guard parts.count >= 4 else { return hidden }
        return parts.prefix(3).joined(separator: "_") + "_" + hidden
    }
}
