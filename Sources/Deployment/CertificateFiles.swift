import Foundation

/// The two files of a certificate and its key in one folder.
package struct CertificateFiles: Equatable, Sendable {
    package let certificatePath: String
    package let keyPath: String

    package init(folder: String) {
        let url = URL(filePath: folder, directoryHint: .isDirectory)
        certificatePath = url.appending(path: "certificate.pem").path()
        keyPath = url.appending(path: "key.pem").path()
    }

    /// Those of the two that are there already.
    package var existing: [String] {
        [certificatePath, keyPath].filter { FileManager.default.fileExists(atPath: $0) }
    }

    /// Writes both, each whole or not at all; only the owner may read the key, from its first byte.
    ///
    /// - Throws: What the system says when a file or the folder cannot be written.
    package func write(_ certificate: SelfSignedCertificate) throws {
        let folder = URL(filePath: keyPath).deletingLastPathComponent()
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Self.write(certificate.keyPEM, to: keyPath, mode: 0o600)
        try Self.write(certificate.certificatePEM, to: certificatePath, mode: 0o644)
    }

    /// Through a new file beside it, which then takes the name: a reader sees the old file or the
    /// new one, and a link in the way is replaced instead of followed.
    private static func write(_ text: String, to path: String, mode: mode_t) throws {
        let temporary = "\(path).\(UUID().uuidString.prefix(8)).new"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw POSIXError.last(writing: temporary) }
        do {
            let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
            try file.write(contentsOf: Data(text.utf8))
            try file.synchronize()
            try file.close()
            guard rename(temporary, path) == 0 else { throw POSIXError.last(writing: path) }
        } catch {
            unlink(temporary)
            throw error
        }
    }
}

extension POSIXError {
    fileprivate static func last(writing path: String) -> POSIXError {
        POSIXError(
            POSIXErrorCode(rawValue: errno) ?? .EIO,
            userInfo: [NSFilePathErrorKey: path]
        )
    }
}
