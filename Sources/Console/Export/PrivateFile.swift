import Glibc
import Terminal

/// Writes files that only their owner may read.
enum PrivateFile {
    /// Why nothing was written, in one sentence.
    struct Failure: Error, Equatable {
        var message: String
    }

    /// Writes the whole or nothing; a file that is there is replaced only with `overwrites`.
    ///
    /// A link at the path is never followed. `~/` is the home folder.
    static func write(_ text: String, to path: String, overwrites: Bool) throws(Failure) {
        let path = expanded(path)
        let target = overwrites ? "\(path).part" : path
        let descriptor = open(target, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure(of: target, overwrites: overwrites) }
        let isWritten = write(Array(text.utf8), to: descriptor) && fsync(descriptor) == 0
        let isClosed = close(descriptor) == 0
        guard isWritten, isClosed, !overwrites || rename(target, path) == 0 else {
            let failure = failure(of: path, overwrites: overwrites)
            unlink(target)
            throw failure
        }
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    private static func failure(of path: String, overwrites: Bool) -> Failure {
        let name = SafeText.neutralized(path)
        if errno == EEXIST, !overwrites {
            return Failure(message: "\(name) is there already; export! replaces it.")
        }
        let cause = String(cString: strerror(errno))
        return Failure(
            message: "Cannot write \(name): \(cause). Name a place that you may write to."
        )
    }

    private static func expanded(_ path: String) -> String {
        guard path.hasPrefix("~/"), let home = getenv("HOME") else { return path }
        return String(cString: home) + path.dropFirst()
    }
}
