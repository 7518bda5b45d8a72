package import GRDB

/// Why the store could not be opened, read or written.
package struct StoreError: Error, CustomStringConvertible {
    /// What a caller can act on.
    package enum Code: String, Sendable {
        /// Another connection holds the database's lock; retry later.
        case busy
        /// The file is not a store of ours, is damaged, or is of a newer schema.
        case unreadable
        /// The disk or the store's size limit is full; nothing was written.
        case full
        /// The file or its folder may not be written.
        case readOnly = "read_only"
        /// Another process serves from this store.
        case lockedByOther = "locked_by_other"
    }

    package var code: Code
    /// One sentence that names the file and the remedy.
    package var message: String
    package var cause: (any Error)?

    package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    package var description: String {
        guard let cause else { return "\(code.rawValue): \(message)" }
        return "\(code.rawValue): \(message) (cause: \(cause))"
    }
}

extension StoreError {
    /// Says what an SQLite result means for the store at `path`.
    package init(_ error: DatabaseError, path: String) {
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self.init(
                .busy,
                "the store \(path) is busy because another program has it open; close that"
                    + " program and try again",
                cause: error
            )
        case .SQLITE_FULL:
            self.init(
                .full,
                "the store \(path) cannot grow because its disk or size limit is full; free some"
                    + " space and try again",
                cause: error
            )
        case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH:
            self.init(
                .readOnly,
                "the store \(path) may not be written; give this user write permission on the"
                    + " file and its folder",
                cause: error
            )
        default:
            self.init(
                .unreadable,
                "the store \(path) cannot be read; restore it from a backup, or name another"
                    + " file to start afresh",
                cause: error
            )
        }
    }

    /// Wraps whatever a database access threw.
    init(wrapping error: any Error, path: String) {
        if let error = error as? StoreError {
            self = error
        } else if let error = error as? DatabaseError {
            self.init(error, path: path)
        } else {
            self.init(
                .unreadable,
                "the store \(path) holds a record that cannot be understood; restore it from a"
                    + " backup",
                cause: error
            )
        }
    }
}
