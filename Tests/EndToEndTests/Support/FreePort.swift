import Foundation

/// Ports of the loopback interface.
enum FreePort {
    static func any() throws -> Int {
        let (descriptor, address) = try listener(port: 0)
        defer { close(descriptor) }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    static func isTaken(_ port: Int) -> Bool {
        guard let descriptor = try? connection(port: port) else { return false }
        close(descriptor)
        return true
    }

    /// A connection that the caller closes.
    static func connection(port: Int) throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = loopback(port)
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isConnected else {
            close(descriptor)
            throw PeerFailure(words: "Nobody listens on \(port): \(errno).")
        }
        return descriptor
    }

    /// A listening socket that the caller closes.
    static func listener(port: Int) throws -> (descriptor: Int32, address: sockaddr_in) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = loopback(port)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && listen(descriptor, 8) == 0
                    && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isListening else {
            close(descriptor)
            throw PeerFailure(words: "No port is free: \(errno).")
        }
        return (descriptor, address)
    }

    private static func loopback(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return address
    }
}
