import MCP
import NIOCore

/// Frames an upstream's response anew for one client.
struct ResponseRelay {
    private enum Mode {
        case none
        /// The upstream said how long it is; so many bytes are still to come.
        case length(Int)
        case chunked
        /// For HTTP/1.0, which knows no chunks: ends with the connection.
        case untilClose
    }

    private var mode = Mode.none

    /// Whether the client was sent anything, so that no other answer can be given.
    var isUnderWay = false

    /// - Returns: Whether the client can tell the end only by the connection's.
    mutating func begin(
        _ head: ResponseHead,
        framing: BodyFraming,
        of bytes: RawSpan,
        answering call: OpenCall,
        into buffer: inout ByteBuffer
    ) -> Bool {
        ResponseWriter.begin(head.status, in: &buffer)
        for index in head.fields.indices {
            let field = head.fields[index]
            if FieldFilter.passesDownstream(field, in: bytes) {
                buffer.writeField(field, of: bytes)
            }
        }
        let endsWithConnection = reframe(head, framing, call, into: &buffer)
        if let allowance = call.caller.allowance {
            ResponseWriter.allowance(allowance, in: &buffer)
        }
        ResponseWriter.end(
            isLast: call.isLast || endsWithConnection,
            isHTTP11: call.head.isHTTP11,
            in: &buffer
        )
        return endsWithConnection
    }

    private mutating func reframe(
        _ head: ResponseHead,
        _ framing: BodyFraming,
        _ call: OpenCall,
        into buffer: inout ByteBuffer
    ) -> Bool {
        switch framing {
        case .none:
            mode = .none
            if head.status != 204 { ResponseWriter.field("Content-Length", 0, in: &buffer) }
        case .length(let count):
            mode = .length(count)
            if head.status != 204 {
                ResponseWriter.field("Content-Length", Int64(count), in: &buffer)
            }
        case .chunked, .untilClose:
            guard call.head.isHTTP11 else {
                mode = .untilClose
                return true
            }
            mode = .chunked
            ResponseWriter.field("Transfer-Encoding", "chunked", in: &buffer)
        }
        return false
    }

    func write(_ body: RawSpan, into buffer: inout ByteBuffer) {
        guard body.byteCount > 0 else { return }
        guard case .chunked = mode else {
            buffer.writeBytes(body)
            return
        }
        ResponseWriter.write(hexadecimal: body.byteCount, to: &buffer)
        buffer.writeStaticString("\r\n")
        buffer.writeBytes(body)
        buffer.writeStaticString("\r\n")
    }

    func end(into buffer: inout ByteBuffer) {
        if case .chunked = mode { buffer.writeStaticString("0\r\n\r\n") }
    }
}
