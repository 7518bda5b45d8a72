import Glibc
import Synchronization

/// Keeps a second process, or a second opening in this one, away from a store.
///
/// The kernel drops the lock when the process dies, however it dies, so none is ever left behind.
/// It lives in a file of its own because closing any descriptor of an SQLite database would drop
/// SQLite's own locks on it.
final class StoreLock: Sendable {
    private let descriptor: Mutex<Int32?>

    /// - Throws: `.lockedByOther` with the holder's process id, `.readOnly` when the lock file
    ///   cannot be made.
    init(forStoreAt storePath: String) throws(StoreError) {
        let path = storePath + ".lock"
        let opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard opened >= 0 else {
            throw StoreError(
                .readOnly,
                "the lock file \(path) cannot be opened (\(systemMessage(errno))); give this user"
                    + " write permission on its folder"
            )
        }
        guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
            let holder = Self.holder(in: opened)
            close(opened)
            throw StoreError(
                .lockedByOther,
                "the store \(storePath) is in use by process \(holder); stop it, or name another"
                    + " store"
            )
        }
        Self.writeHolder(to: opened)
        descriptor = Mutex(opened)
    }

    deinit {
        release()
    }

    /// Lets others have the store; does nothing the second time.
    func release() {
        let opened = descriptor.withLock { descriptor in
            defer { descriptor = nil }
            return descriptor
        }
        guard let opened else { return }
        // A child that another thread is just starting holds a copy of the descriptor until it
        // runs its own program; only unlocking frees the lock for it too.
        flock(opened, LOCK_UN)
        close(opened)
    }

    private static func writeHolder(to descriptor: Int32) {
        let text = Array("\(getpid())\n".utf8)
        ftruncate(descriptor, 0)
        pwrite(descriptor, text, text.count, 0)
    }

    /// The process id in the lock file, or words when there is none.
    private static func holder(in descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        let digits = bytes.prefix(max(0, count)).prefix { (0x30...0x39).contains($0) }
        return digits.isEmpty ? "of unknown id" : String(decoding: digits, as: UTF8.self)
    }
}

/// The system's words for an error number.
func systemMessage(_ code: Int32) -> String {
    String(cString: strerror(code))
}
