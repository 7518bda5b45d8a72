import MCP
import NIOCore
import NIOHPACK
import NIOHTTP2

/// Turns the bytes of the one HTTP/1.1 response of a stream into frames.
struct ResponseTranslation {
    private enum Part {
        case head
        case body(ResponseBody)
        case ended
    }

    /// Whether the request was a HEAD, whose answer has no body whatever its fields say.
    var isToHead = false
    private var part = Part.head
    private var unread = ByteBuffer()
    private var parser = ResponseHeadParser(limits: HeadLimits())

    var isEnded: Bool {
        if case .ended = part { true } else { false }
    }

    /// - Returns: Nil when the bytes are no HTTP/1.1 response, or more than one.
    mutating func translate(_ bytes: ByteBuffer) -> [HTTP2Frame.FramePayload]? {
        unread.writeImmutableBuffer(bytes)
        var frames: [HTTP2Frame.FramePayload] = []
        while unread.readableBytes > 0 {
            switch part {
            case .head:
                guard let isWhole = readHead(into: &frames) else { return nil }
                if !isWhole { return frames }
            case .body(let body):
                guard readBody(body, into: &frames) else { return nil }
            case .ended:
                return nil
            }
        }
        unread.clear()
        return frames
    }

    /// - Returns: The frame that ends a body whose end is the connection's; nil where there is none.
    mutating func end() -> HTTP2Frame.FramePayload? {
        guard case .body(let body) = part, body.endsWithConnection else { return nil }
        part = .ended
        return Self.data(ByteBuffer(), isEnd: true)
    }

    private mutating func readHead(into frames: inout [HTTP2Frame.FramePayload]) -> Bool? {
        let source = unread
        switch parser.parse(source.readableBytesSpan) {
        case .incomplete:
            return false
        case .refused:
            return nil
        case .complete(let head):
            parser.reset()
            unread.moveReaderIndex(forwardBy: head.byteCount)
            let fields = Self.fields(of: head, in: source.readableBytesSpan)
            guard !head.isInformational else {
                frames.append(.headers(.init(headers: fields)))
                return true
            }
            let framing = head.framing(for: isToHead ? .head : .get)
            let isEnd = framing.isEmpty
            part = isEnd ? .ended : .body(ResponseBody(framing))
            frames.append(.headers(.init(headers: fields, endStream: isEnd)))
            return true
        }
    }

    private mutating func readBody(
        _ body: ResponseBody,
        into frames: inout [HTTP2Frame.FramePayload]
    ) -> Bool {
        var body = body
        var data = ByteBuffer()
        switch body.advance(&unread, { data.writeBytes($0) }) {
        case .needMore:
            part = .body(body)
            if data.readableBytes > 0 { frames.append(Self.data(data, isEnd: false)) }
        case .complete:
            part = .ended
            frames.append(Self.data(data, isEnd: true))
        case .refused:
            return false
        }
        return true
    }

    private static func data(_ bytes: ByteBuffer, isEnd: Bool) -> HTTP2Frame.FramePayload {
        .data(.init(data: .byteBuffer(bytes), endStream: isEnd))
    }

    /// The fields without those of the connection, which HTTP/2 does not know.
    private static func fields(of head: ResponseHead, in bytes: RawSpan) -> HPACKHeaders {
        var headers = HPACKHeaders()
        headers.reserveCapacity(head.fields.count + 1)
        headers.add(name: ":status", value: String(head.status))
        for index in head.fields.indices {
            let field = head.fields[index]
            switch field.kind {
            case .connection, .transferEncoding, .upgrade, .hopByHop:
                continue
            default:
                headers.add(
                    name: bytes.text(in: field.name).lowercased(),
                    value: bytes.text(in: field.value)
                )
            }
        }
        return headers
    }
}
