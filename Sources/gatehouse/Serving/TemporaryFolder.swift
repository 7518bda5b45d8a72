import Foundation

/// A folder with mode 0700 that goes away with its purpose.
struct TemporaryFolder: Sendable {
    let path: String

    /// - Parameter name: What the folder's name begins with.
    /// - Throws: When the system's temporary folder cannot be written.
    init(named name: String) throws {
        let url = FileManager.default.temporaryDirectory
            .appending(path: "\(name)-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(
            at: url,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        path = url.path()
    }

    func remove() {
        try? FileManager.default.removeItem(atPath: path)
    }
}
