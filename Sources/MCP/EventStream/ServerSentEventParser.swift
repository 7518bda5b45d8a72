/// Why an event stream cannot be read on.
package enum EventStreamProblem: String, Error, Sendable {
    case lineTooLong = "line_too_long"
    case eventTooLarge = "event_too_large"
    case invalidUTF8 = "invalid_utf8"
}

/// Reads a `text/event-stream` piece by piece, by the rules of the HTML standard.
///
/// Lines end with CR LF, LF or CR; one byte order mark at the start is skipped; comments and
/// unknown fields are dropped, and so is an event that the stream's end cuts off.
package struct ServerSentEventParser: Sendable {
    private let lineBytesMax: Int
    private let eventBytesMax: Int

    private var line: [UInt8] = []
    private var wasReturn = false
    private var isFirstLine = true

    private var data: [UInt8] = []
    private var hasData = false
    private var event: String?
    private var id: String?
    private var retryMilliseconds: Int?

    /// The id of the last event that carried one, for `Last-Event-ID`.
    package private(set) var lastEventID: String?

    package init(lineBytesMax: Int = 4_194_304, eventBytesMax: Int = 8_388_608) {
        self.lineBytesMax = lineBytesMax
        self.eventBytesMax = eventBytesMax
    }

    /// Reads on.
    ///
    /// - Parameter bytes: What came next, in any pieces.
    /// - Returns: The events that ended in it.
    /// - Throws: When a bound is broken or a line is not UTF-8; the stream must then be closed.
    package mutating func parse(
        _ bytes: some Sequence<UInt8>
    ) throws(EventStreamProblem) -> [ServerSentEvent] {
        var events: [ServerSentEvent] = []
        for byte in bytes {
            if byte == ASCII.lineFeed, wasReturn {
                wasReturn = false
                continue
            }
            wasReturn = byte == ASCII.carriageReturn
            if wasReturn || byte == ASCII.lineFeed {
                if let event = try endLine() { events.append(event) }
            } else {
                guard line.count < lineBytesMax else { throw .lineTooLong }
                line.append(byte)
            }
        }
        return events
    }

    private mutating func endLine() throws(EventStreamProblem) -> ServerSentEvent? {
        defer { line.removeAll(keepingCapacity: line.count <= 65_536) }
        if isFirstLine {
            isFirstLine = false
            if line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
        }
        guard !line.isEmpty else { return endEvent() }
        guard unsafe UTF8Rule.holds(for: line.span.bytes) else { throw .invalidUTF8 }
        let colon = line.firstIndex(of: ASCII.colon) ?? line.count
        var value = line[min(colon + 1, line.count)...]
        if value.first == ASCII.space { value.removeFirst() }
        try setField(String(decoding: line[..<colon], as: UTF8.self), value)
        return nil
    }

    private mutating func setField(
        _ name: String,
        _ value: ArraySlice<UInt8>
    ) throws(EventStreamProblem) {
        switch name {
        case "data":
            guard data.count + value.count < eventBytesMax else { throw .eventTooLarge }
            if hasData { data.append(ASCII.lineFeed) }
            data.append(contentsOf: value)
            hasData = true
        case "event":
            event = value.isEmpty ? nil : String(decoding: value, as: UTF8.self)
        case "id" where !value.contains(0):
            id = String(decoding: value, as: UTF8.self)
        case "retry" where (1...9).contains(value.count) && value.allSatisfy(ASCII.isDigit):
            retryMilliseconds = value.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        default:
            break
        }
    }

    /// What an empty line ends; nil when no data came.
    private mutating func endEvent() -> ServerSentEvent? {
        defer {
            data.removeAll(keepingCapacity: data.count <= 65_536)
            hasData = false
            event = nil
            id = nil
            retryMilliseconds = nil
        }
        if let id { lastEventID = id }
        guard hasData else { return nil }
        return ServerSentEvent(
            id: id,
            event: event,
            data: String(decoding: data, as: UTF8.self),
            retryMilliseconds: retryMilliseconds
        )
    }
}
