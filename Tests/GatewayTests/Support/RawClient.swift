import Glibc

/// A client that sends exactly the bytes it is told to, over a blocking socket.
///
/// A read that takes longer than ten seconds is a failure, not a wait.
final class RawClient {
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    private let descriptor: CInt
    private var received: [UInt8] = []
    private var isClosed = false

    /// Connects from a loopback address of choice; a small receive buffer makes a slow reader.
    init(port: Int, from source: String = "127.0.0.1", receiveBufferBytes: CInt? = nil) throws {
        descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw Failure(description: "no socket") }
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(
            descriptor,
            SOL_SOCKET,
            SO_RCVTIMEO,
            &limit,
            socklen_t(MemoryLayout<timeval>.size)
        )
        setsockopt(
            descriptor,
            SOL_SOCKET,
            SO_SNDTIMEO,
            &limit,
            socklen_t(MemoryLayout<timeval>.size)
        )
        var one: CInt = 1
        setsockopt(descriptor, CInt(IPPROTO_TCP), TCP_NODELAY, &one, 4)
        if var receiveBufferBytes {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBufferBytes, 4)
        }
        var local = Self.address(source, port: 0)
        var remote = Self.address("127.0.0.1", port: port)
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isConnected =
            withUnsafePointer(to: &local) { local in
                local.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, length) == 0
                }
            }
            && withUnsafePointer(to: &remote) { remote in
                remote.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, length) == 0
                }
            }
        guard isConnected else { throw Failure(description: "connect: errno \(errno)") }
    }

    deinit {
        if !isClosed { Glibc.close(descriptor) }
    }

    private static func address(_ host: String, port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        inet_pton(AF_INET, host, &address.sin_addr)
        return address
    }

    /// - Returns: Whether the peer still took the bytes.
    @discardableResult
    func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    /// Bytes that the peer takes before it has been silent for a moment.
    func sendAsMuchAsTaken(_ bytes: [UInt8], atMost limit: Int) -> Int {
        var taken = 0
        while taken < limit {
            let count = bytes.withUnsafeBytes {
                Glibc.send(
                    descriptor,
                    $0.baseAddress,
                    $0.count,
                    CInt(MSG_NOSIGNAL) | CInt(MSG_DONTWAIT)
                )
            }
            if count > 0 {
                taken += count
            } else if errno != EAGAIN || !isWritableSoon() {
                break
            }
        }
        return taken
    }

    private func isWritableSoon() -> Bool {
        var poller = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return poll(&poller, 1, 300) > 0
    }

    /// Whether anything, the end included, can be read within the time.
    func isReadable(withinMilliseconds limit: CInt) -> Bool {
        if !received.isEmpty { return true }
        var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&poller, 1, limit) > 0
    }

    func shutdownWriting() {
        shutdown(descriptor, CInt(SHUT_WR))
    }

    func close() {
        guard !isClosed else { return }
        isClosed = true
        Glibc.close(descriptor)
    }

    /// Closes with a reset instead of an end.
    func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        close()
    }

    // MARK: Reading

    /// - Returns: False at the end of the stream.
    private func fill() throws -> Bool {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = chunk.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
        if count > 0 {
            received += chunk[..<count]
            return true
        }
        if count < 0, errno == EAGAIN { throw Failure(description: "nothing came in 10 s") }
        return false
    }

    /// Whether the peer ends the stream without another byte.
    func isAtEnd() throws -> Bool {
        try received.isEmpty && !fill()
    }

    func readToEnd() throws -> [UInt8] {
        while try fill() {}
        defer { received = [] }
        return received
    }

    private func byte(_ index: Int) throws -> UInt8 {
        while received.count <= index {
            guard try fill() else { throw Failure(description: "the stream ended early") }
        }
        return received[index]
    }

    private func take(_ count: Int) throws -> [UInt8] {
        if count > 0 { _ = try byte(count - 1) }
        defer { received.removeFirst(count) }
        return Array(received[..<count])
    }

    func readLine() throws -> String {
        var end = 0
        while try byte(end) != 0x0A { end += 1 }
        let line = try take(end + 1)
        return String(decoding: line.dropLast(line.suffix(2) == [13, 10] ? 2 : 1), as: UTF8.self)
    }

    func readHead() throws -> RawResponse {
        let statusLine = try readLine()
        var response = RawResponse(statusLine: statusLine)
        while true {
            let line = try readLine()
            if line.isEmpty { return response }
            response.fields.append(line)
        }
    }

    /// One chunk of a chunked body; empty at its end.
    func readChunk() throws -> String {
        let size = Int(try readLine(), radix: 16) ?? 0
        let data = try take(size)
        _ = try readLine()
        return String(decoding: data, as: UTF8.self)
    }

    func readResponse() throws -> RawResponse {
        var response = try readHead()
        if response["transfer-encoding"] == "chunked" {
            while true {
                let chunk = try readChunk()
                if chunk.isEmpty { return response }
                response.body += chunk
            }
        }
        if let length = response["content-length"].flatMap(Int.init) {
            response.body = String(decoding: try take(length), as: UTF8.self)
        } else if response.status >= 200, response.status != 204 {
            response.body = String(decoding: try readToEnd(), as: UTF8.self)
        }
        return response
    }

    func exchange(_ text: String) throws -> RawResponse {
        send(text)
        return try readResponse()
    }
}

struct RawResponse {
    var statusLine: String
    var fields: [String] = []
    var body = ""

    init(statusLine: String) {
        self.statusLine = statusLine
    }

    var status: Int {
        let parts = statusLine.split(separator: " ")
        return parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    }

    /// The value of the first field of that name, in small letters.
    subscript(name: String) -> String? {
        for field in fields {
            let parts = field.split(separator: ":", maxSplits: 1)
            if parts.first?.lowercased() == name, parts.count == 2 {
                return String(parts[1].drop(while: { $0 == " " }))
            }
        }
        return nil
    }

    var closes: Bool { self["connection"] == "close" }
}
