import Glibc
import MCP
import Policy
import Synchronization

/// The values of the credentials that the gate adds for its upstreams; read from where the policy
/// says and never shown.
///
/// A file is looked at again at most once a second, when a call needs it, and read again when it
/// has changed; the environment of a process does not change. What cannot be read or holds a
/// control character is no credential, and a call that needs it is refused rather than sent
/// without.
final class UpstreamSecrets: Sendable {
    /// A secret with its line end.
    static let secretBytesMax = 8192

    private struct Entry {
        var secret: Secret?
        var stamp: FileStamp?
        var lookedAt: MonotonicTime
    }

    private let entries = Mutex<[String: Entry]>([:])

    /// Reads what a policy needs; afterwards only changes of files cost anything.
    func prepare(_ upstreams: [Upstream], at now: MonotonicTime) {
        let sources = Set(upstreams.compactMap { $0.credential?.source })
        entries.withLock { entries in
            entries = entries.filter { sources.contains($0.key) }
            for source in sources { Self.refresh(source, in: &entries, at: now) }
        }
    }

    /// The prefix and the secret; nil when there is none that could be sent.
    func value(of credential: UpstreamCredential, at now: MonotonicTime) -> Secret? {
        let secret = entries.withLock { entries in
            Self.refresh(credential.source, in: &entries, at: now)
            return entries[credential.source]?.secret
        }
        return secret.map { Secret(credential.prefix + $0.revealed()) }
    }

    private static func refresh(
        _ source: String,
        in entries: inout [String: Entry],
        at now: MonotonicTime
    ) {
        let known = entries[source]
        if let known, now < known.lookedAt.advanced(bySeconds: 1) { return }
        guard let path = source.removingPrefix("file:") else {
            let secret = known?.secret ?? environmentSecret(source)
            entries[source] = Entry(secret: secret, stamp: nil, lookedAt: now)
            return
        }
        let stamp = FileStamp(path: path)
        if let known, known.stamp == stamp, known.secret != nil {
            entries[source]?.lookedAt = now
        } else {
            let secret = stamp == nil ? nil : fileSecret(path)
            entries[source] = Entry(secret: secret, stamp: stamp, lookedAt: now)
        }
    }

    private static func environmentSecret(_ source: String) -> Secret? {
        guard let name = source.removingPrefix("env:"), let value = getenv(name) else { return nil }
        return secret(Array(String(cString: value).utf8))
    }

    /// Only a regular file is read, so that a pipe or a device cannot hold the gate up.
    private static func fileSecret(_ path: String) -> Secret? {
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            return nil
        }
        var bytes = [UInt8](repeating: 0, count: secretBytesMax + 1)
        let count = read(descriptor, &bytes, bytes.count)
        return count > 0 ? secret(Array(bytes.prefix(count))) : nil
    }

    /// Without one line end; nil when empty, too long, or with a byte that may not be in a field.
    static func secret(_ bytes: [UInt8]) -> Secret? {
        var bytes = bytes[...]
        if bytes.last == ASCII.lineFeed { bytes.removeLast() }
        if bytes.last == ASCII.carriageReturn { bytes.removeLast() }
        guard !bytes.isEmpty, bytes.count <= secretBytesMax - 2,
            bytes.allSatisfy({ ASCII.isVisible($0) || $0 == ASCII.space })
        else { return nil }
        return Secret(String(decoding: bytes, as: UTF8.self))
    }
}

/// What tells that a file is another one or was written to.
struct FileStamp: Equatable, Sendable {
    private let device: UInt
    private let inode: UInt
    private let bytes: Int
    private let modified: [Int]

    /// Nil when there is no such file.
    init?(path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        device = status.st_dev
        inode = status.st_ino
        bytes = status.st_size
        modified = [status.st_mtim.tv_sec, status.st_mtim.tv_nsec]
    }
}

extension String {
    fileprivate func removingPrefix(_ prefix: String) -> String? {
        guard utf8.starts(with: prefix.utf8) else { return nil }
        return String(decoding: utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
    }
}
