import Glibc

/// What `TLSSettings` names, as it stood on the disk at one moment.
struct TLSFiles {
    /// Far above any chain of certificates, far below what could hurt.
    static let fileBytesMax = 1_048_576

    let certificates: [UInt8]
    let key: [UInt8]
    let clientAuthorities: [UInt8]?

    init(reading settings: TLSSettings) throws(TLSProblem) {
        certificates = try Self.read(settings.certificatePath)
        key = try Self.read(settings.keyPath)
        guard let path = settings.clientAuthorityPath else {
            clientAuthorities = nil
            return
        }
        clientAuthorities = try Self.read(path)
    }

    private static func read(_ path: String) throws(TLSProblem) -> [UInt8] {
        // A pipe in the place of a file must not hold up whoever renews.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw unreadable(path) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while bytes.count <= fileBytesMax {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw unreadable(path) }
            guard count > 0 else { return bytes }
            bytes += chunk[..<count]
        }
        throw TLSProblem(.fileUnreadable, "\(path) is larger than \(fileBytesMax) bytes.")
    }

    private static func unreadable(_ path: String) -> TLSProblem {
        TLSProblem(
            .fileUnreadable,
            "\(path) cannot be read: \(String(cString: strerror(errno))). Check its name and mode."
        )
    }
}

/// What tells one state of the files from another without reading them.
struct TLSFileStamps: Equatable, Sendable {
    struct Stamp: Equatable, Sendable {
        var device: UInt64
        var inode: UInt64
        var size: Int64
        var modifiedSeconds: Int64
        var modifiedNanoseconds: Int64
    }

    /// One for each file, in the order of the settings; nil for one that is not there.
    var stamps: [Stamp?]

    init(stamps: [Stamp?]) {
        self.stamps = stamps
    }

    /// Follows symbolic links, so that a link which is turned to a new file counts as a change.
    init(of settings: TLSSettings) {
        let paths = [settings.certificatePath, settings.keyPath]
        stamps = (paths + [settings.clientAuthorityPath].compactMap(\.self)).map { path in
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            return Stamp(
                device: UInt64(status.st_dev),
                inode: UInt64(status.st_ino),
                size: Int64(status.st_size),
                modifiedSeconds: Int64(status.st_mtim.tv_sec),
                modifiedNanoseconds: Int64(status.st_mtim.tv_nsec)
            )
        }
    }
}
