import NIOCore
import Policy

extension ClientAddress {
    /// The peer of a TCP connection, IPv4-mapped folded; nil for any other kind of socket.
    init?(socket: SocketAddress) {
        guard let address = socket.ipAddress.flatMap({ IPAddress(parsing: $0) }) else {
            return nil
        }
        self.init(address)
    }
}
