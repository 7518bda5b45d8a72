import MCP
import NIOCore
import Testing

@testable import Gateway

/// The parts of standard input and output that need no gate.
@Suite struct StdioPartTests {
    private static let text =
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n"
        + "Mcp-Session-Id: s-1\r\n\r\n"
        + "d\r\ndata: {\"a\":1}\r\n2\r\n\n\n\r\n0\r\n\r\n"

    @Test func `an answer is read the same in any pieces`() {
        let bytes = Array(Self.text.utf8)
        for size in 1...bytes.count {
            var answer = StdioAnswer()
            var messages: [[UInt8]] = []
            var progress = StdioAnswer.Progress.underWay
            for start in stride(from: 0, to: bytes.count, by: size) {
                let piece = ByteBuffer(bytes: bytes[start..<min(start + size, bytes.count)])
                progress = answer.receive(piece) { messages.append($0) }
            }
            #expect(progress == .ended)
            #expect(messages == [Array(#"{"a":1}"#.utf8)])
            #expect(answer.sessionID == "s-1")
        }
    }

    @Test(arguments: [
        "no HTTP": "{}\r\n\r\n",
        "bad chunks": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "two lengths": "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
    ])
    func `bytes that are no answer are not taken for one`(name: String, text: String) {
        var answer = StdioAnswer()
        let progress = answer.receive(ByteBuffer(string: text)) { _ in }
        #expect(progress == .broken, "\(name)")
    }

    @Test func `a message that does not end is given up at the bound`() {
        var answer = StdioAnswer()
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n"
        #expect(answer.receive(ByteBuffer(string: head)) { _ in } == .underWay)
        let mebibyte = ByteBuffer(repeating: 0x20, count: 1_048_576)
        for _ in 0..<8 { #expect(answer.receive(mebibyte) { _ in } == .underWay) }
        #expect(answer.receive(mebibyte) { _ in } == .broken)
    }

    @Test(arguments: ["", "a", "ab", "abc", "\u{0}\u{FF}", "værktøj", "🏰🏰"])
    func `base64 is read back as it was written`(text: String) {
        let encoded = ByteBuffer(string: Base64.encode(Array(text.utf8)))
        let decoded = Base64.decode(0..<encoded.readableBytes, in: encoded.readableBytesSpan)
        #expect(decoded == Array(text.utf8))
    }

    @Test func `a line that is too long is skipped to its end, wherever that comes`() {
        for pieces in [
            ["12345678\nab\n"], ["12345678", "9\nab\n"], ["123456", "78", "\n", "ab\n"],
        ] {
            var lines = LineReader(bytesMax: 4)
            var found: [LineReader.Step] = []
            for piece in pieces {
                lines.receive(ByteBuffer(string: piece))
                while true {
                    let step = lines.next()
                    if step == .needMore { break }
                    if step == .tooLong { lines.skipLine() }
                    found.append(step)
                }
            }
            #expect(found == [.tooLong, .line(ByteBuffer(string: "ab"))], "\(pieces)")
        }
    }
}
