import MCP
import NIOCore
import Policy

/// One request to an upstream, framed by the gateway and by nobody else.
struct UpstreamRequest: ~Copyable {
    /// Bodies up to this size travel in the same buffer as the head.
    private static let joinedBodyBytesMax = 65_536
    /// More than everything in the head that comes from neither the client nor the policy.
    private static let ownBytesMax = 128

    let method: HTTPMethod
    private(set) var head: ByteBuffer
    /// A body too large to copy.
    private(set) var separateBody: ByteBuffer?
    /// Nil in the stateless era, and for a call that begins no session and belongs to none.
    var session: SessionWatch?

    /// Puts the request together.
    ///
    /// `body` holds the bytes that were scanned and is nil for a method without a body; the
    /// storage of `scratch` is reused. `credential` is a field of the gate's own, which takes the
    /// place of any of that name that the client sent.
    init(
        relaying call: OpenCall,
        body: ByteBuffer?,
        to target: UpstreamAddress,
        credential: UpstreamField? = nil,
        scratch: inout ByteBuffer
    ) {
        method = call.head.method
        scratch.clear()
        let tail = target.headTail
        // Each field may grow by the space after its colon.
        let fieldBytesMax = call.headBytes.readableBytes + call.head.fields.count
        let ownBytesMax = tail.count + (credential?.bytes.count ?? 0) + Self.ownBytesMax
        scratch.writeHead(bytesMax: fieldBytesMax + ownBytesMax) { head in
            Self.writeMethod(call.head.method, into: &head)
            head.write(tail.span.bytes)
            if let credential {
                head.write(credential.bytes.span.bytes)
                credential.writeOthers(of: call, into: &head)
            } else {
                Self.writeFields(of: call, into: &head)
            }
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

    private static func writeMethod(_ method: HTTPMethod, into head: inout HeadWriter) {
        switch method {
        case .get: head.write("GET")
        case .delete: head.write("DELETE")
        default: head.write("POST")
        }
    }

    @inline(__always)
    private static func writeFields(of call: OpenCall, into head: inout HeadWriter) {
        let headBytes = call.headBytes
        let bytes = headBytes.readableBytesSpan
        for index in call.head.fields.indices {
            let field = call.head.fields[index]
            if FieldFilter.passesUpstream(field, of: call, in: bytes) {
                head.write(field, of: bytes)
            }
        }
    }
}

/// A field that the gate adds to a request of its own accord; its value is a secret.
struct UpstreamField {
    /// The whole line, with its end.
    fileprivate let bytes: [UInt8]
    private let name: [UInt8]

    /// Nil unless the name is one that the gate does not need itself and nothing in the value
    /// could end the line.
    init?(_ name: String, value: Secret) {
        let text = value.revealed()
        guard UpstreamCredential.isFieldName(name),
            text.utf8.allSatisfy({ ASCII.isVisible($0) || $0 == ASCII.space })
        else { return nil }
        self.name = name.utf8.map { ASCII.folded($0) }
        bytes = Array("\(name): \(text)\r\n".utf8)
    }

    /// The client's fields, without any that could be taken for this one.
    fileprivate func writeOthers(of call: OpenCall, into head: inout HeadWriter) {
        let headBytes = call.headBytes
        let bytes = headBytes.readableBytesSpan
        let fields = call.head.fields
        for index in fields.indices {
            let field = fields[index]
            if FieldFilter.passesUpstream(field, of: call, in: bytes),
                !isSame(field.name, in: bytes)
            {
                head.write(field, of: bytes)
            }
        }
    }

    private func isSame(_ range: Range<Int>, in bytes: RawSpan) -> Bool {
        range.count == name.count
            && name.indices.allSatisfy {
                ASCII.folded(bytes[range.lowerBound + $0]) == name[$0]
            }
    }
}
