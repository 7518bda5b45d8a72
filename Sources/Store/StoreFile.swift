import Glibc

/// The file and folder that hold a store, and who may touch them.
struct StoreFile {
    var path: String

    var folder: String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.utf8.startIndex ? "/" : String(path[..<slash])
    }

    /// Where a new store is built before it takes its name, so that a half-made one is never seen.
    var draftPath: String { path + ".new" }

    /// Makes the folder (0700) when it is missing and refuses one that others may write.
    func prepareFolder() throws(StoreError) {
        if mkdir(folder, 0o700) != 0, errno != EEXIST {
            throw StoreError(
                .readOnly,
                "the folder \(folder) cannot be made (\(systemMessage(errno))); make it, or name"
                    + " another store"
            )
        }
        var status = stat()
        guard stat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw StoreError(
                .unreadable,
                "\(folder) is not a folder; name a store inside a folder of this user"
            )
        }
        guard status.st_mode & 0o022 == 0 else {
            throw StoreError(
                .unreadable,
                "the folder \(folder) may be written by other users; run chmod 700 \(folder), or"
                    + " name another store"
            )
        }
    }

    /// Whether the store exists; anything but an ordinary, non-empty file is refused.
    ///
    /// An existing store is narrowed to mode 0600.
    func exists() throws(StoreError) -> Bool {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            guard errno == ENOENT else { throw unusable(systemMessage(errno)) }
            return false
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw unusable("it is not an ordinary file")
        }
        guard status.st_size > 0 else { throw unusable("it is empty") }
        if status.st_mode & 0o077 != 0, chmod(path, 0o600) != 0 {
            throw StoreError(
                .readOnly,
                "the store \(path) can be read by others and its mode cannot be changed"
                    + " (\(systemMessage(errno))); run chmod 600 \(path) as its owner"
            )
        }
        guard access(path, R_OK | W_OK) == 0 else {
            throw StoreError(
                .readOnly,
                "the store \(path) may not be written; give this user write permission on it"
            )
        }
        return true
    }

    /// Makes an empty draft with mode 0600, in place of one that a crash left behind.
    func createDraft() throws(StoreError) {
        for leftover in [draftPath, draftPath + "-journal", draftPath + "-wal"] {
            unlink(leftover)
        }
        let flags = O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW
        let descriptor = open(draftPath, flags, 0o600)
        guard descriptor >= 0 else {
            let failure = errno
            throw StoreError(
                failure == ENOSPC ? .full : .readOnly,
                "the store \(path) cannot be made (\(systemMessage(failure))); see to its folder,"
                    + " or name another store"
            )
        }
        close(descriptor)
    }

    /// Gives the finished draft its name, durably.
    func publishDraft() throws(StoreError) {
        guard rename(draftPath, path) == 0 else { throw unusable(systemMessage(errno)) }
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unusable(systemMessage(errno)) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw unusable(systemMessage(errno)) }
    }

    private func unusable(_ why: String) -> StoreError {
        StoreError(
            .unreadable,
            "the store \(path) cannot be used: \(why); restore it from a backup, or name another"
                + " file to start afresh"
        )
    }
}
