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

    /// A size of up to 16 digits and two line ends.
    private static let chunkFramingBytesMax = 20

    private var mode = Mode.none

    /// Whether the client was sent anything, so that no other answer can be given.
    var isUnderWay = false

    /// Writes the head; `isSecure` tells that it goes over TLS.
    ///
    /// - Returns: Whether the client can tell the end only by the connection's.
    mutating func begin(
        _ head: ResponseHead,
        framing: BodyFraming,
        of bytes: RawSpan,
        answering call: OpenCall,
        isSecure: Bool = false,
        into buffer: inout ByteBuffer
    ) -> Bool {
        reframe(framing, isHTTP11: call.head.isHTTP11)
        let endsWithConnection = if case .untilClose = mode { true } else { false }
        // Each field may grow by the space after its colon.
        let headBytesMax =
            ResponseWriter.ownBytesMax + head.byteCount + head.fields.count
            + ResponseWriter.crossOriginBytes(call.crossOriginFields)
        buffer.writeHead(bytesMax: headBytesMax) { writer in
            ResponseWriter.begin(head.status, isSecure: isSecure, in: &writer)
            for index in head.fields.indices {
                let field = head.fields[index]
                if FieldFilter.passesDownstream(field, in: bytes) {
                    writer.write(field, of: bytes)
                }
            }
            if head.status != 204 { writeFraming(into: &writer) }
            ResponseWriter.crossOrigin(call.crossOriginFields, in: &writer)
            if let allowance = call.caller.allowance {
                ResponseWriter.allowance(allowance, in: &writer)
            }
            ResponseWriter.end(
                isLast: call.isLast || endsWithConnection,
                isHTTP11: call.head.isHTTP11,
                in: &writer
            )
        }
        return endsWithConnection
    }

    private mutating func reframe(_ framing: BodyFraming, isHTTP11: Bool) {
        mode =
            switch framing {
            case .none: .none
            case .length(let count): .length(count)
            case .chunked, .untilClose: isHTTP11 ? .chunked : .untilClose
            }
    }

    private func writeFraming(into head: inout HeadWriter) {
        switch mode {
        case .none: ResponseWriter.field("Content-Length", 0, in: &head)
        case .length(let count): ResponseWriter.field("Content-Length", Int64(count), in: &head)
        case .chunked: ResponseWriter.field("Transfer-Encoding", "chunked", in: &head)
        case .untilClose: break
        }
    }

    func write(_ body: RawSpan, into buffer: inout ByteBuffer) {
        guard body.byteCount > 0 else { return }
        guard case .chunked = mode else {
            buffer.writeBytes(body)
            return
        }
        buffer.writeHead(bytesMax: body.byteCount + Self.chunkFramingBytesMax) { chunk in
            chunk.write(hexadecimal: body.byteCount)
            chunk.write("\r\n")
            chunk.write(body)
            chunk.write("\r\n")
        }
    }

    func end(into buffer: inout ByteBuffer) {
        if case .chunked = mode { buffer.writeStaticString("0\r\n\r\n") }
    }
}
