import Glibc
import NIOCore
import Policy

/// Who is at the other end of a Unix socket, as the kernel says.
///
/// Laid out like the kernel's `struct ucred`, which the C importer leaves out.
struct PeerCredentials: Sendable {
    var processID: Int32 = 0
    var userID: UInt32 = 0
    var groupID: UInt32 = 0

    /// - Throws: When `channel` is no socket; its peer is then nobody who may do anything.
    static func read(from channel: any Channel) async throws -> PeerCredentials {
        guard let options = channel as? any SocketOptionProvider else {
            throw ChannelError.operationUnsupported
        }
        return try await options.unsafeGetSocketOption(
            level: NIOBSDSocket.OptionLevel(rawValue: SOL_SOCKET),
            name: NIOBSDSocket.Option(rawValue: SO_PEERCRED)
        ).get()
    }

    var author: Author {
        Author(uid: userID, name: UserName.of(userID) ?? "uid-\(userID)")
    }
}

/// The system's names for users.
package enum UserName {
    private static let recordBytesMax = 16_384

    /// The login name of `userID`, or nil when the system has none.
    package static func of(_ userID: UInt32) -> String? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: recordBytesMax) { buffer in
            guard let base = buffer.baseAddress else { return nil }
            var record = passwd()
            var found: UnsafeMutablePointer<passwd>?
            let status = getpwuid_r(userID, &record, base, buffer.count, &found)
            guard status == 0, let entry = found, let name = entry.pointee.pw_name else {
                return nil
            }
            return String(cString: name)
        }
    }
}
