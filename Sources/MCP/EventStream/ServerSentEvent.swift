/// One event of a `text/event-stream`.
package struct ServerSentEvent: Equatable, Sendable {
    /// The event's id; nil when it carries none of its own.
    package var id: String?
    /// The event's type; nil means `message`.
    package var event: String?
    /// The payload; its lines are separated by line feeds.
    package var data: String
    /// How many milliseconds a client should wait before it connects again.
    package var retryMilliseconds: Int?

    package init(
        id: String? = nil,
        event: String? = nil,
        data: String,
        retryMilliseconds: Int? = nil
    ) {
        self.id = id
        self.event = event
        self.data = data
        self.retryMilliseconds = retryMilliseconds
    }

    /// The event as it goes over the wire, with the empty line that ends it.
    ///
    /// Line ends inside `data` become lines of data; in `id` and `event` they, and NUL, are left
    /// out, so that no text can begin a line of its own.
    package func serialized() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(data.utf8.count + 32)
        if let id { Self.append("id: ", id, to: &bytes) }
        if let event { Self.append("event: ", event, to: &bytes) }
        if let retryMilliseconds {
            bytes.append(contentsOf: "retry: ".utf8)
            ASCII.append(max(retryMilliseconds, 0), to: &bytes)
            bytes.append(ASCII.lineFeed)
        }
        appendData(to: &bytes)
        bytes.append(ASCII.lineFeed)
        return bytes
    }

    /// A line that keeps the connection alive and means nothing.
    package static let keepAlive: [UInt8] = Array(": keep-alive\n\n".utf8)

    private func appendData(to bytes: inout [UInt8]) {
        bytes.append(contentsOf: "data: ".utf8)
        var wasReturn = false
        for byte in data.utf8 {
            if byte == ASCII.lineFeed, wasReturn {
                wasReturn = false
                continue
            }
            wasReturn = byte == ASCII.carriageReturn
            if wasReturn || byte == ASCII.lineFeed {
                bytes.append(contentsOf: "\ndata: ".utf8)
            } else {
                bytes.append(byte)
            }
        }
        bytes.append(ASCII.lineFeed)
    }

    private static func append(_ name: String, _ value: String, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: name.utf8)
        for byte in value.utf8
        where byte != ASCII.lineFeed && byte != ASCII.carriageReturn && byte != 0 {
            bytes.append(byte)
        }
        bytes.append(ASCII.lineFeed)
    }
}
