import MCP
import NIOCore
import NIOHPACK

/// Turns the fields and the data of one HTTP/2 request into the bytes of an HTTP/1.1 request.
///
/// What RFC 9113 section 8 forbids is refused here, before a byte of it could mean something else
/// in HTTP/1.1; what is left is judged by the one strict parser, like any other request. The
/// request is the only one of its connection and says so.
struct RequestTranslation {
    private enum Body {
        /// Nothing, or nothing more, may come.
        case none
        /// For methods that should have no body; the head waits for what shows whether there is one.
        case undecided(head: ByteBuffer)
        /// So many bytes are still to come.
        case length(Int)
        case chunked
    }

    private(set) var isHead = false
    private(set) var isEnded = false
    private var body = Body.none

    // MARK: Head

    /// The head in HTTP/1.1, or nothing yet; `isEnd` tells that the request has no body.
    mutating func begin(_ block: HPACKHeaders, isEnd: Bool) throws(HTTPProblem) -> ByteBuffer {
        let fields = try RequestFields(block)
        isHead = fields.method == "HEAD"
        isEnded = isEnd
        body = try Self.body(of: fields, isEnd: isEnd)
        var bytes = ByteBuffer()
        bytes.writeString("\(fields.method) \(fields.path) HTTP/1.1\r\n")
        if let host = fields.host { bytes.writeString("host: \(host)\r\n") }
        for (name, value) in fields.others {
            bytes.writeString("\(name): \(value)\r\n")
        }
        if fields.contentLength == nil, !isEnd, fields.method != "POST" {
            body = .undecided(head: bytes)
            return ByteBuffer()
        }
        endHead(&bytes)
        return bytes
    }

    private static func body(
        of fields: RequestFields,
        isEnd: Bool
    ) throws(HTTPProblem) -> Body {
        guard let length = fields.contentLength else { return isEnd ? .none : .chunked }
        guard !isEnd || length == 0 else { throw .malformedLength }
        return .length(length)
    }

    private func endHead(_ bytes: inout ByteBuffer) {
        if case .chunked = body { bytes.writeStaticString("transfer-encoding: chunked\r\n") }
        bytes.writeStaticString("connection: close\r\n\r\n")
    }

    // MARK: Body

    /// - Returns: What the request's body is continued with; nil when more came than was promised.
    mutating func data(_ data: ByteBuffer, isEnd: Bool) -> ByteBuffer? {
        guard !isEnded else { return nil }
        isEnded = isEnd
        let count = data.readableBytes
        switch body {
        case .none:
            return nil
        case .undecided(var head):
            guard count > 0 || isEnd else { return ByteBuffer() }
            body = count > 0 ? .chunked : .none
            endHead(&head)
            if count > 0 { head.writeImmutableBuffer(chunk(data, isEnd: isEnd)) }
            return head
        case .length(let rest):
            guard isEnd ? count == rest : count <= rest else { return nil }
            body = .length(rest - count)
            return data
        case .chunked:
            return chunk(data, isEnd: isEnd)
        }
    }

    /// The end by a block of trailers, which are dropped.
    mutating func end() -> ByteBuffer? {
        data(ByteBuffer(), isEnd: true)
    }

    private func chunk(_ data: ByteBuffer, isEnd: Bool) -> ByteBuffer {
        var bytes = ByteBuffer()
        if data.readableBytes > 0 {
            bytes.writeString(String(data.readableBytes, radix: 16))
            bytes.writeStaticString("\r\n")
            bytes.writeImmutableBuffer(data)
            bytes.writeStaticString("\r\n")
        }
        if isEnd { bytes.writeStaticString("0\r\n\r\n") }
        return bytes
    }
}

/// The fields of a request, told apart by what RFC 9113 section 8.3 says of them.
private struct RequestFields {
    private(set) var method = ""
    private(set) var path = ""
    private(set) var host: String?
    private(set) var contentLength: Int?
    private(set) var others: [(name: String, value: String)] = []
    private var scheme = ""
    private var authority: String?

    init(_ block: HPACKHeaders) throws(HTTPProblem) {
        for (name, value, _) in block {
            if name.utf8.first == UInt8(ascii: ":") {
                guard others.isEmpty, host == nil else { throw .malformedFieldName }
                try readPseudo(name, value)
            } else {
                try read(name, value)
            }
        }
        guard !method.isEmpty, !path.isEmpty else { throw .malformedRequestLine }
        guard scheme == "https" else { throw .unsupportedTargetForm }
        guard let authority else { return }
        guard host == nil || host == authority else { throw .malformedHost }
        host = authority
    }

    private mutating func readPseudo(_ name: String, _ value: String) throws(HTTPProblem) {
        guard !value.isEmpty, value.utf8.allSatisfy(FieldBytes.isVisible) else {
            throw .malformedRequestLine
        }
        switch name {
        case ":method": try Self.set(&method, to: value)
        case ":path": try Self.set(&path, to: value)
        case ":scheme": try Self.set(&scheme, to: value)
        case ":authority":
            guard authority == nil else { throw .repeatedField }
            authority = value
        default: throw .malformedFieldName
        }
    }

    private static func set(_ field: inout String, to value: String) throws(HTTPProblem) {
        guard field.isEmpty else { throw .repeatedField }
        field = value
    }

    private mutating func read(_ name: String, _ value: String) throws(HTTPProblem) {
        guard !name.isEmpty, name.utf8.allSatisfy(FieldBytes.isOfName) else {
            throw .malformedFieldName
        }
        guard value.utf8.allSatisfy(FieldBytes.isOfValue) else { throw .controlCharacter }
        switch name {
        case "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade":
            throw .malformedConnection
        case "te":
            guard value == "trailers" else { throw .malformedConnection }
        case "host":
            guard host == nil else { throw .repeatedField }
            host = value
        case "content-length":
            guard contentLength == nil else { throw .repeatedLength }
            contentLength = try Self.length(value)
            others.append((name, value))
        default:
            others.append((name, value))
        }
    }

    /// Digits only; at most 18 of them, as the parser of HTTP/1.1 has it.
    private static func length(_ value: String) throws(HTTPProblem) -> Int {
        guard (1...18).contains(value.utf8.count), value.utf8.allSatisfy(FieldBytes.isDigit),
            let length = Int(value)
        else { throw .malformedLength }
        return length
    }
}

/// Which bytes may stand where.
private enum FieldBytes {
    static func isDigit(_ byte: UInt8) -> Bool { 0x30...0x39 ~= byte }

    static func isVisible(_ byte: UInt8) -> Bool { 0x21...0x7E ~= byte }

    /// No control character but the tab, above all none that could end a line.
    static func isOfValue(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte != 0x7F || byte == 0x09
    }

    /// A token without capital letters.
    static func isOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x30...0x39, 0x5E...0x7A, 0x7C, 0x7E: true
        default: false
        }
    }
}
