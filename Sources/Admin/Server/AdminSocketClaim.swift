import Glibc

/// Makes a path ready to be bound as the admin socket, and refuses what would be unsafe.
///
/// The directory is made with mode 0700 if it is missing. What is there already is judged: others
/// may not be able to replace the socket, and a socket that a live process holds stays untouched.
struct AdminSocketClaim {
    let path: String
    /// Held until `release`, so that two gateways that start at once cannot both take the path.
    private let directoryDescriptor: Int32

    init(_ path: String) throws(AdminError) {
        if let problem = AdminSocketPath.problem(with: path) {
            throw AdminError(.invalidRequest, problem)
        }
        self.path = path
        let directory = Self.directory(of: path)
        try Self.prepareDirectory(directory)
        directoryDescriptor = try Self.lockDirectory(directory)
        do throws(AdminError) {
            try Self.clearStaleSocket(path)
        } catch {
            close(directoryDescriptor)
            throw error
        }
    }

    func release() {
        close(directoryDescriptor)
    }

    private static func directory(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func prepareDirectory(_ directory: String) throws(AdminError) {
        if mkdir(directory, 0o700) == 0 { return }
        guard errno == EEXIST else {
            throw AdminError(
                .unavailable,
                "Cannot make the folder \(directory) for the admin socket: \(systemMessage())."
                    + " Make it, or choose another place with --socket PATH."
            )
        }
        try judgeDirectory(directory)
    }

    /// A folder that others may write to without the sticky bit lets them replace the socket.
    private static func judgeDirectory(_ directory: String) throws(AdminError) {
        var status = stat()
        guard stat(directory, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw AdminError(
                .unavailable,
                "\(directory) is not a folder that can be read. Choose another place for the admin"
                    + " socket with --socket PATH."
            )
        }
        let isShared = status.st_mode & 0o022 != 0 && status.st_mode & S_ISVTX == 0
        guard !isShared, status.st_uid == geteuid() || status.st_uid == 0 else {
            throw AdminError(
                .forbidden,
                "Others can write to the folder \(directory), so they could replace the admin"
                    + " socket. Run: chmod 700 \(directory), or choose another place with --socket PATH."
            )
        }
    }

    private static func lockDirectory(_ directory: String) throws(AdminError) -> Int32 {
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw AdminError(
                .unavailable,
                "Cannot open the folder \(directory) of the admin socket: \(systemMessage())."
                    + " Choose another place with --socket PATH."
            )
        }
        if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return descriptor }
        close(descriptor)
        throw AdminError(
            .unavailable,
            "Another gateway is just starting in \(directory). Wait a second and try again, or"
                + " choose another place with --socket PATH."
        )
    }

    private static func clearStaleSocket(_ path: String) throws(AdminError) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK, status.st_uid == geteuid() || geteuid() == 0
        else {
            throw AdminError(
                .unavailable,
                "\(path) exists and is not a socket of this user. Remove it, or choose another"
                    + " place with --socket PATH."
            )
        }
        if let holder = liveHolder(of: path) {
            throw AdminError(
                .unavailable,
                "The process \(holder) holds the admin socket \(path). Stop it, or choose another"
                    + " place with --socket PATH."
            )
        }
        guard unlink(path) == 0 || errno == ENOENT else {
            throw AdminError(
                .unavailable,
                "Cannot remove the stale socket \(path): \(systemMessage()). Remove it by hand."
            )
        }
    }

    /// The id of the process that listens on `path`, or nil when nobody does.
    ///
    /// Anything but a refused connection counts as somebody: a full backlog is a live process.
    private static func liveHolder(of path: String) -> Int32? {
        let descriptor = socket(
            AF_UNIX,
            Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue),
            0
        )
        guard descriptor >= 0 else { return 0 }
        defer { close(descriptor) }
        guard connectSocket(descriptor, to: path) == 0 else {
            return errno == ECONNREFUSED || errno == ENOENT ? nil : 0
        }
        var peer = PeerCredentials()
        var length = socklen_t(MemoryLayout<PeerCredentials>.size)
        getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &length)
        return peer.processID
    }

    private static func connectSocket(_ descriptor: Int32, to path: String) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { bytes in
            bytes.copyBytes(from: path.utf8.prefix(AdminSocketPath.bytesMax))
        }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    private static func systemMessage() -> String {
        String(cString: strerror(errno))
    }
}
