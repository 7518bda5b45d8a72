import MCP

/// How the answer to a list request can be read.
enum ListBody {
    /// It has no body.
    case none
    /// One JSON-RPC message.
    case message
    /// An event stream with messages in it.
    case events
    /// Encoded, or of another media type.
    case unreadable

    init(_ head: ResponseHead, framing: BodyFraming, in bytes: RawSpan) {
        guard framing != .none, framing != .length(0) else {
            self = .none
            return
        }
        self = .unreadable
        guard !head.fields.contains(.contentEncoding), head.fields.count(of: .contentType) == 1,
            let type = head.fields.first(.contentType)?.value
        else { return }
        if MediaTypes.isJSON(type, in: bytes) {
            self = .message
        } else if MediaTypes.isEventStream(type, in: bytes) {
            self = .events
        }
    }
}

/// The bytes of one list while it is being read; the memory of all of them together is bounded.
final class HeldList {
    /// Of all lists that all loops read at one time.
    static let totalBytesMax = 67_108_864

    private(set) var bytes: [UInt8] = []
    private var countedBytes = 0
    private let total: ByteTally

    init(countedIn total: ByteTally) {
        self.total = total
    }

    deinit {
        total.remove(countedBytes)
    }

    /// - Returns: False, and nothing was kept, when that would be too much.
    func append(_ piece: RawSpan) -> Bool {
        let count = piece.byteCount
        guard bytes.count + count <= Catalogue.byteCountMax,
            total.admit(count, atMost: Self.totalBytesMax)
        else { return false }
        countedBytes += count
        piece.withUnsafeBytes { bytes.append(contentsOf: $0) }
        return true
    }

    /// Hands out what has come and is empty again.
    func takeBytes() -> [UInt8] {
        defer { bytes = [] }
        total.remove(countedBytes)
        countedBytes = 0
        return bytes
    }
}
