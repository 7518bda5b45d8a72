import MCP
import NIOCore

/// Takes the JSON-RPC messages out of one HTTP answer, piece by piece as it comes.
struct StdioAnswer {
    enum Progress: Equatable {
        case underWay
        case ended
        /// The bytes are no answer, or one that is too large.
        case broken
    }

    private enum Part {
        case head
        case body(ResponseBody)
        case ended
    }

    /// Of one message.
    static let messageBytesMax = 8_388_608

    private(set) var status = 0
    private(set) var sessionID: String?
    /// Whether messages come one after the other, rather than one at the end.
    private(set) var isEventStream = false
    private var part = Part.head
    private var unread = ByteBuffer()
    private var parser = ResponseHeadParser(limits: HeadLimits())
    private var events = ServerSentEventParser(eventBytesMax: messageBytesMax)
    private var document: [UInt8] = []

    /// Hands each message that is whole now to `take`.
    mutating func receive(_ bytes: ByteBuffer, _ take: ([UInt8]) -> Void) -> Progress {
        unread.writeImmutableBuffer(bytes)
        while true {
            switch part {
            case .head:
                guard let isWhole = readHead() else { return .broken }
                if !isWhole { return .underWay }
            case .body(let body):
                guard let isWhole = readBody(body, take) else { return .broken }
                if !isWhole { return .underWay }
            case .ended:
                return .ended
            }
        }
    }

    private mutating func readHead() -> Bool? {
        let source = unread
        let bytes = source.readableBytesSpan
        switch parser.parse(bytes) {
        case .incomplete:
            return false
        case .refused:
            return nil
        case .complete(let head):
            parser.reset()
            unread.moveReaderIndex(forwardBy: head.byteCount)
            if head.isInformational { return true }
            status = head.status
            sessionID = head.fields.first(.sessionID).map { bytes.text(in: $0.value) }
            isEventStream =
                head.fields.first(.contentType).map {
                    MediaTypes.isEventStream($0.value, in: bytes)
                } ?? false
            part = .body(ResponseBody(head.framing(for: .post)))
            return true
        }
    }

    private mutating func readBody(_ body: ResponseBody, _ take: ([UInt8]) -> Void) -> Bool? {
        var body = body
        var piece: [UInt8] = []
        let step = body.advance(&unread) { piece.append(contentsOf: $0.copy(of: 0..<$0.byteCount)) }
        guard step != .refused, read(piece, take) else { return nil }
        guard step == .complete else {
            part = .body(body)
            return false
        }
        part = .ended
        if !document.isEmpty { take(document) }
        return true
    }

    private mutating func read(_ piece: [UInt8], _ take: ([UInt8]) -> Void) -> Bool {
        guard isEventStream else {
            document += piece
            return document.count <= Self.messageBytesMax
        }
        guard let events = try? events.parse(piece) else { return false }
        for event in events where !event.data.isEmpty { take(Array(event.data.utf8)) }
        return true
    }
}
