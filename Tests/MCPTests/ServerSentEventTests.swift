import Testing

@testable import MCP

@Suite struct ServerSentEventTests {
    private static let streams: [(name: String, text: String, events: [ServerSentEvent])] = [
        ("line feeds", "data: a\n\n", [ServerSentEvent(data: "a")]),
        (
            "carriage returns", "data: a\r\rdata: b\r\r",
            [ServerSentEvent(data: "a"), ServerSentEvent(data: "b")]
        ),
        ("both", "data: a\r\n\r\n", [ServerSentEvent(data: "a")]),
        ("mixed", "data: a\rdata: b\ndata: c\r\n\n", [ServerSentEvent(data: "a\nb\nc")]),
        ("byte order mark", "\u{FEFF}data: a\n\n", [ServerSentEvent(data: "a")]),
        ("second byte order mark", "\u{FEFF}\u{FEFF}data: a\n\n", []),
        ("comment", ": hi\ndata: a\n:\n\n", [ServerSentEvent(data: "a")]),
        ("no space", "data:a\n\n", [ServerSentEvent(data: "a")]),
        ("two spaces", "data:  a\n\n", [ServerSentEvent(data: " a")]),
        ("field without colon", "data\n\n", [ServerSentEvent(data: "")]),
        ("empty lines of data", "data:\ndata:\n\n", [ServerSentEvent(data: "\n")]),
        ("priming event", "id: 7\ndata:\n\n", [ServerSentEvent(id: "7", data: "")]),
        (
            "all fields", "id: 1\nevent: e\nretry: 50\ndata: a\n\n",
            [ServerSentEvent(id: "1", event: "e", data: "a", retryMilliseconds: 50)]
        ),
        ("bad retry", "retry: 5s\nretry: +5\nretry:\ndata: a\n\n", [ServerSentEvent(data: "a")]),
        ("NUL in id", "id: a\0b\ndata: a\n\n", [ServerSentEvent(data: "a")]),
        ("unknown field", "datum: x\nData: x\ndata: a\n\n", [ServerSentEvent(data: "a")]),
        ("no data", "event: e\n\nid: 3\n\n", []),
        ("cut off", "data: a\n\ndata: b\n", [ServerSentEvent(data: "a")]),
    ]

    @Test(arguments: streams.indices, [1, 2, 3, 1_000])
    func `reads a stream in pieces of any size`(index: Int, size: Int) throws {
        let stream = Self.streams[index]
        var parser = ServerSentEventParser()
        var events: [ServerSentEvent] = []
        let bytes = Array(stream.text.utf8)
        for start in stride(from: 0, to: bytes.count, by: size) {
            events += try parser.parse(bytes[start..<min(start + size, bytes.count)])
        }
        #expect(events == stream.events, "\(stream.name)")
    }

    @Test(arguments: [
        ServerSentEvent(data: ""), ServerSentEvent(data: "a\nb\n"),
        ServerSentEvent(id: "1", event: "message", data: "{\"a\":1}", retryMilliseconds: 1_000),
        ServerSentEvent(id: "", data: " leading space"),
    ])
    func `reads back what it writes`(event: ServerSentEvent) throws {
        var parser = ServerSentEventParser()
        #expect(try parser.parse(event.serialized()) == [event])
    }

    @Test func `lets no text begin a line of its own`() throws {
        let event = ServerSentEvent(
            id: "1\ndata: x",
            event: "e\r\nid: 2",
            data: "a\rid: 9\r\n\u{0}b"
        )
        var parser = ServerSentEventParser()
        let events = try parser.parse(event.serialized())
        #expect(
            events == [ServerSentEvent(id: "1data: x", event: "eid: 2", data: "a\nid: 9\n\u{0}b")]
        )
    }

    @Test func `remembers the last event id over events without one`() throws {
        var parser = ServerSentEventParser()
        _ = try parser.parse("id: 4\ndata: a\n\ndata: b\n\n".utf8)
        #expect(parser.lastEventID == "4")
    }

    @Test func `refuses lines and events beyond their bounds`() {
        var lines = ServerSentEventParser(lineBytesMax: 10)
        #expect(throws: EventStreamProblem.lineTooLong) {
            try lines.parse("data: 01234567".utf8)
        }
        var events = ServerSentEventParser(eventBytesMax: 10)
        #expect(throws: EventStreamProblem.eventTooLarge) {
            try events.parse("data: 012345\ndata: 012345\n".utf8)
        }
    }

    @Test func `refuses a line that is not UTF-8`() {
        var parser = ServerSentEventParser()
        #expect(throws: EventStreamProblem.invalidUTF8) {
            try parser.parse(Array("data: ".utf8) + [0xC0, 0xAF, 0x0A])
        }
    }
}
