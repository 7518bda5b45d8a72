import NIOCore
import NIOHPACK

@testable import Gateway

/// An HTTP/2 client that sends exactly the frames it is told to, sound or not.
final class FrameClient {
    enum Kind: UInt8 {
        case data = 0
        case headers, priority, reset, settings, pushPromise, ping, goAway, windowUpdate
        case continuation
    }

    struct Frame {
        static let endStream: UInt8 = 0x1
        static let acknowledgement: UInt8 = 0x1
        static let endHeaders: UInt8 = 0x4

        var kind: Kind?
        var flags: UInt8
        var stream: UInt32
        var payload: ByteBuffer

        var endsStream: Bool { flags & Self.endStream != 0 }
        /// Of RST_STREAM at its begin, of GOAWAY behind the last stream.
        var errorCode: UInt32? {
            payload.getInteger(at: payload.readerIndex + (kind == .goAway ? 4 : 0))
        }
    }

    /// What a stream was answered with.
    struct Answer: Equatable {
        var status: Int?
        var fields: [String: String] = [:]
        var body = ""
        /// The code of the RST_STREAM that ended it.
        var reset: UInt32?
        /// Whether the connection ended first.
        var isCut = false
    }

    static let preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

    static let call: [(String, String)] = [
        (":method", "POST"), (":scheme", "https"), (":authority", "127.0.0.1"), (":path", "/mcp"),
        ("x-api-key", Requests.key), ("content-type", "application/json"),
        ("accept", "application/json, text/event-stream"),
    ]

    static let health: [(String, String)] = [
        (":method", "GET"), (":scheme", "https"), (":authority", "127.0.0.1"),
        (":path", "/health"),
    ]

    let tls: TLSClient
    private var received = ByteBuffer()
    private var decoder = HPACKDecoder(allocator: ByteBufferAllocator())
    private(set) var goAwayCode: UInt32?
    private var answers: [UInt32: Answer] = [:]

    init(_ tls: TLSClient) {
        self.tls = tls
    }

    static func with(
        _ gateway: TestGateway,
        settings: [(UInt16, UInt32)] = [],
        _ body: (FrameClient) async throws -> Void
    ) async throws {
        try await TLSClient.with(gateway, TLSClient.Offer(protocols: ["h2"])) { tls in
            let client = FrameClient(tls)
            tls.send(preface)
            client.settings(settings)
            try await body(client)
        }
    }

    // MARK: Sending

    func send(_ kind: Kind, flags: UInt8 = 0, stream: UInt32 = 0, _ payload: ByteBuffer = .init()) {
        tls.send(Self.bytes(kind, flags: flags, stream: stream, payload))
    }

    static func bytes(
        _ kind: Kind,
        flags: UInt8 = 0,
        stream: UInt32 = 0,
        _ payload: ByteBuffer = .init()
    ) -> ByteBuffer {
        var bytes = ByteBuffer()
        bytes.writeInteger(UInt8(payload.readableBytes >> 16))
        bytes.writeInteger(UInt16(truncatingIfNeeded: payload.readableBytes))
        bytes.writeInteger(kind.rawValue)
        bytes.writeInteger(flags)
        bytes.writeInteger(stream)
        bytes.writeImmutableBuffer(payload)
        return bytes
    }

    func settings(_ values: [(UInt16, UInt32)]) {
        var payload = ByteBuffer()
        for (name, value) in values {
            payload.writeInteger(name)
            payload.writeInteger(value)
        }
        send(.settings, payload)
    }

    func headers(_ fields: [(String, String)], stream: UInt32, isEnd: Bool) {
        let flags = Frame.endHeaders | (isEnd ? Frame.endStream : 0)
        send(.headers, flags: flags, stream: stream, Self.block(fields))
    }

    func data(_ text: String, stream: UInt32, isEnd: Bool) {
        let flags = isEnd ? Frame.endStream : 0
        send(.data, flags: flags, stream: stream, ByteBuffer(string: text))
    }

    func reset(_ stream: UInt32) {
        send(.reset, stream: stream, ByteBuffer(integer: UInt32(8)))
    }

    /// Every field literal and not indexed, so that any byte may stand in it.
    static func block(_ fields: [(String, String)]) -> ByteBuffer {
        var block = ByteBuffer()
        for (name, value) in fields {
            block.writeInteger(UInt8(0))
            write(name, into: &block)
            write(value, into: &block)
        }
        return block
    }

    private static func write(_ text: String, into block: inout ByteBuffer) {
        var rest = text.utf8.count
        if rest < 127 {
            block.writeInteger(UInt8(rest))
        } else {
            block.writeInteger(UInt8(127))
            rest -= 127
            while rest >= 128 {
                block.writeInteger(UInt8(rest % 128 + 128))
                rest /= 128
            }
            block.writeInteger(UInt8(rest))
        }
        block.writeString(text)
    }

    // MARK: Receiving

    /// - Returns: Nil at the end of the connection.
    func nextFrame() async -> Frame? {
        while true {
            if let frame = takeFrame() { return frame }
            guard let piece = await tls.next() else { return nil }
            received.writeImmutableBuffer(piece)
        }
    }

    private func takeFrame() -> Frame? {
        let start = received.readerIndex
        guard let high: UInt8 = received.getInteger(at: start),
            let low: UInt16 = received.getInteger(at: start + 1),
            let kind: UInt8 = received.getInteger(at: start + 3),
            let flags: UInt8 = received.getInteger(at: start + 4),
            let stream: UInt32 = received.getInteger(at: start + 5)
        else { return nil }
        let length = Int(high) << 16 | Int(low)
        guard received.readableBytes >= 9 + length else { return nil }
        received.moveReaderIndex(forwardBy: 9)
        let payload = received.readSlice(length: length) ?? ByteBuffer()
        return Frame(kind: Kind(rawValue: kind), flags: flags, stream: stream, payload: payload)
    }

    /// Reads on until the stream or the connection has ended.
    func answer(on stream: UInt32) async throws -> Answer {
        while let frame = await nextFrame() {
            let isOver = try take(frame)
            if isOver, frame.stream == stream { return answers[stream, default: Answer()] }
        }
        var answer = answers[stream, default: Answer()]
        answer.isCut = true
        return answer
    }

    /// Reads on until the connection ends; its last GOAWAY is in `goAwayCode`.
    func readToEnd() async throws {
        while let frame = await nextFrame() { _ = try take(frame) }
    }

    /// - Returns: Whether the frame ends its stream.
    private func take(_ frame: Frame) throws -> Bool {
        switch frame.kind {
        case .headers:
            var block = frame.payload
            for (name, value, _) in try decoder.decodeHeaders(from: &block) {
                if name == ":status" {
                    answers[frame.stream, default: Answer()].status = Int(value)
                } else {
                    answers[frame.stream, default: Answer()].fields[name] = value
                }
            }
            return frame.endsStream
        case .data:
            answers[frame.stream, default: Answer()].body += String(buffer: frame.payload)
            return frame.endsStream
        case .reset:
            answers[frame.stream, default: Answer()].reset = frame.errorCode
            return true
        case .goAway:
            goAwayCode = frame.errorCode
            return false
        default:
            return false
        }
    }

    func exchange(
        _ fields: [(String, String)] = FrameClient.call,
        body: String? = nil,
        stream: UInt32
    ) async throws -> Answer {
        headers(fields, stream: stream, isEnd: body == nil)
        if let body { data(body, stream: stream, isEnd: true) }
        return try await answer(on: stream)
    }
}
