/// Why the public keys of an authorization server could not be read.
package enum KeySetProblem: String, Error, Sendable, CaseIterable {
    /// The server or the file cannot be reached, or not in time.
    case unreachable
    /// The server answered with another status than 200, a redirect among them.
    case statusRefused = "status_refused"
    /// More than `KeySet.bytesMax` bytes.
    case tooLarge = "too_large"
    /// No JSON object with an array `keys` that every reader understands alike.
    case malformed
    /// More than `KeySet.keyCountMax` keys.
    case tooManyKeys = "too_many_keys"
    /// Not one key that may sign access tokens.
    case noUsableKey = "no_usable_key"
    /// The file is not a regular one, or others may write it.
    case fileRefused = "file_refused"
}

/// What happened to the public keys of an authorization server.
package enum KeySetEvent: Equatable, Sendable {
    /// Other keys than before count from now on.
    case changed(keyCount: Int, ignoredCount: Int)
    /// A refresh failed; the keys that are held, if any, stay for as long as they may.
    case refreshFailed(KeySetProblem, areKeysHeld: Bool)
}
