/// Where the admin socket is.
package enum AdminSocketPath {
    /// What `sockaddr_un` takes on Linux, less the closing zero.
    package static let bytesMax = 107

    /// `GATEHOUSE_SOCKET` if it is set, else `admin.sock` in `$XDG_RUNTIME_DIR/gatehouse`, else in
    /// `/run/gatehouse`.
    ///
    /// A relative `XDG_RUNTIME_DIR` does not count, as the
    /// [XDG specification](https://specifications.freedesktop.org/basedir-spec/latest/) asks.
    package static func defaultPath(environment: [String: String]) -> String {
        if let path = environment["GATEHOUSE_SOCKET"], !path.isEmpty { return path }
        if let runtime = environment["XDG_RUNTIME_DIR"], runtime.hasPrefix("/") {
            return "\(runtime)/gatehouse/admin.sock"
        }
        return "/run/gatehouse/admin.sock"
    }

    /// - Returns: The reason why `path` cannot be a socket's, with the remedy; nil when it can.
    static func problem(with path: String) -> String? {
        if path.isEmpty { return "The socket path is empty. Name a file with --socket PATH." }
        if path.utf8.contains(0) { return "The socket path holds a zero byte. Name another file." }
        guard path.utf8.count > bytesMax else { return nil }
        return "The socket path \(path) has \(path.utf8.count) bytes, and the system takes at most"
            + " \(bytesMax). Choose a shorter one with --socket PATH."
    }
}
