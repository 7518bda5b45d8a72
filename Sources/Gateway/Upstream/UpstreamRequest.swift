import MCP
import NIOCore
import Policy

/// One request to an upstream, framed by the gateway and by nobody else.
struct UpstreamRequest {
    /// Bodies up to this size travel in the same buffer as the head.
    private static let joinedBodyBytesMax = 65_536
    /// More than everything in the head that comes from neither the client nor the policy.
    private static let ownBytesMax = 128

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
        let method = self.method
        let headBytes = call.headBytes
        let fields = call.head.fields
        // Each field may grow by the space after its colon.
        let fieldBytesMax = headBytes.readableBytes + fields.count
        let targetBytes = target.path.utf8.count + target.authority.utf8.count
        let headBytesMax = fieldBytesMax + targetBytes + Self.ownBytesMax
        scratch.writeHead(bytesMax: headBytesMax) { head in
            Self.writeRequestLine(method, target, into: &head)
            Self.writeFields(fields, of: headBytes.readableBytesSpan, into: &head)
            if let body {
                ResponseWriter.field("Content-Length", Int64(body.readableBytes), in: &head)
            }
            head.write("\r\n")
        }
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
        into head: inout HeadWriter
    ) {
        switch method {
        case .get: head.write("GET ")
        case .delete: head.write("DELETE ")
        default: head.write("POST ")
        }
        head.write(text: target.path)
        head.write(" HTTP/1.1\r\nHost: ")
        head.write(text: target.authority)
        head.write("\r\n")
    }

    private static func writeFields(
        _ fields: FieldList,
        of bytes: RawSpan,
        into head: inout HeadWriter
    ) {
        for index in fields.indices {
            let field = fields[index]
            if FieldFilter.passesUpstream(field, in: bytes) {
                head.write(field, of: bytes)
            }
        }
    }
}
