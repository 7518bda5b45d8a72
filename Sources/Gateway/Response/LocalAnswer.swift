import MCP
import NIOCore
import Policy

/// An answer that the gateway gives itself, whole.
struct LocalAnswer {
    enum Content {
        case none
        case text([UInt8])
        case json([UInt8])
    }

    var status: Int
    var content: Content
    /// The session that an `initialize` opened.
    var sessionID: String?
    /// The value of `Allow`, on a 405.
    var allowedMethods: StaticString?
    var retryAfterSeconds: Int64?
    /// The values of `WWW-Authenticate`, on a 401 or 403; each goes into a field of its own.
    var challenges: [String] = []
    /// Why it is a refusal, for the record only; nil for a served call.
    var denial: ReasonCode?

    init(status: Int, content: Content = .none) {
        self.status = status
        self.content = content
    }

    private var bytes: [UInt8] {
        switch content {
        case .none: []
        case .text(let bytes), .json(let bytes): bytes
        }
    }

    /// Writes the whole answer; `isSecure` tells that it goes over TLS.
    ///
    /// - Returns: The length of the body.
    @discardableResult
    func write(
        answering call: OpenCall?,
        isSecure: Bool = false,
        into buffer: inout ByteBuffer
    ) -> Int {
        let bytes = call?.head.method == .head ? [] : self.bytes
        let challengeBytes = challenges.reduce(0) { $0 + $1.utf8.count + 32 }
        let sharedBytes = ResponseWriter.crossOriginBytes(call?.crossOriginFields ?? [])
        let headBytesMax =
            ResponseWriter.ownBytesMax + (sessionID?.utf8.count ?? 0) + challengeBytes + sharedBytes
        buffer.writeHead(bytesMax: headBytesMax) { head in
            ResponseWriter.begin(status, isSecure: isSecure, in: &head)
            writeFields(answering: call, length: bytes.count, into: &head)
        }
        buffer.writeBytes(bytes)
        return bytes.count
    }

    private func writeFields(
        answering call: OpenCall?,
        length: Int,
        into head: inout HeadWriter
    ) {
        if status != 204 {
            ResponseWriter.field("Content-Length", Int64(length), in: &head)
        }
        switch content {
        case .none: break
        case .text: ResponseWriter.field("Content-Type", "text/plain", in: &head)
        case .json: ResponseWriter.field("Content-Type", "application/json", in: &head)
        }
        writeOptionalFields(call, into: &head)
        let isLast = call?.isLast ?? true
        ResponseWriter.end(isLast: isLast, isHTTP11: call?.head.isHTTP11 ?? true, in: &head)
    }

    private func writeOptionalFields(_ call: OpenCall?, into head: inout HeadWriter) {
        if let sessionID { ResponseWriter.field("Mcp-Session-Id", text: sessionID, in: &head) }
        if let allowedMethods { ResponseWriter.field("Allow", allowedMethods, in: &head) }
        if let retryAfterSeconds {
            ResponseWriter.field("Retry-After", max(1, retryAfterSeconds), in: &head)
        }
        for challenge in challenges {
            ResponseWriter.field("WWW-Authenticate", text: challenge, in: &head)
        }
        ResponseWriter.crossOrigin(call?.crossOriginFields ?? [], in: &head)
        if let allowance = call?.caller.allowance {
            ResponseWriter.allowance(allowance, in: &head)
        }
    }
}
