import MCP
import NIOCore
import Policy

/// One request to an upstream, framed by the gateway and by nobody else.
struct UpstreamRequest {
    /// Bodies up to this size travel in the same buffer as the head.
    private static let joinedBodyBytesMax = 65_536

    let method: HTTPMethod
    private(set) var head: ByteBuffer
    /// A body too large to copy.
    private(set) var separateBody: ByteBuffer?

    /// Puts the request together.
    ///
    /// `body` holds the bytes that were scanned and is nil for a method without a body; the
    /// storage of `scratch` is reused.
    init(
        relaying call: OpenCall,
        body: ByteBuffer?,
        to target: UpstreamAddress,
        scratch: inout ByteBuffer
    ) {
        method = call.head.method
        scratch.clear()
        Self.writeRequestLine(method, target, into: &scratch)
        let headBytes = call.headBytes
        Self.writeFields(call.head.fields, of: headBytes.readableBytesSpan, into: &scratch)
        if let body {
            ResponseWriter.field("Content-Length", Int64(body.readableBytes), in: &scratch)
        }
        scratch.writeStaticString("\r\n")
        if let body {
            if body.readableBytes <= Self.joinedBodyBytesMax {
                scratch.writeImmutableBuffer(body)
            } else {
                separateBody = body
            }
        }
        head = scratch
    }

    private static func writeRequestLine(
        _ method: HTTPMethod,
        _ target: UpstreamAddress,
        into buffer: inout ByteBuffer
    ) {
        switch method {
        case .get: buffer.writeStaticString("GET ")
        case .delete: buffer.writeStaticString("DELETE ")
        default: buffer.writeStaticString("POST ")
        }
        buffer.writeString(target.path)
        buffer.writeStaticString(" HTTP/1.1\r\nHost: ")
        buffer.writeString(target.authority)
        buffer.writeStaticString("\r\n")
    }

    private static func writeFields(
        _ fields: FieldList,
        of bytes: RawSpan,
        into buffer: inout ByteBuffer
    ) {
        for index in fields.indices {
            let field = fields[index]
            if FieldFilter.passesUpstream(field, in: bytes) {
                buffer.writeField(field, of: bytes)
            }
        }
    }
}
