import NIOCore

/// Cuts what the other side of a pipe writes into lines of bounded length; each byte is looked at once.
struct LineReader {
    enum Step: Equatable {
        case needMore
        /// Without its line end; never empty.
        case line(ByteBuffer)
        /// A line is longer than allowed; where the next one begins is not known yet.
        case tooLong
    }

    /// Of one line, without its end.
    var bytesMax: Int
    private var unread = ByteBuffer()
    private var searchedCount = 0
    /// Whether everything up to the next line end is dropped.
    private var isSkipping = false

    init(bytesMax: Int) {
        self.bytesMax = bytesMax
    }

    mutating func receive(_ bytes: ByteBuffer) {
        if unread.readableBytes == 0 {
            unread = bytes
        } else {
            unread.writeImmutableBuffer(bytes)
        }
    }

    /// After `tooLong`: drops the line, also what of it is still to come.
    mutating func skipLine() {
        isSkipping = true
    }

    mutating func next() -> Step {
        if isSkipping, !skipToLineEnd() { return .needMore }
        while true {
            let view = unread.readableBytesView
            let from = view.index(view.startIndex, offsetBy: searchedCount)
            guard let end = view[from...].firstIndex(of: 0x0A) else {
                searchedCount = view.count
                guard searchedCount <= bytesMax else { return .tooLong }
                if searchedCount == 0 { unread = ByteBuffer() }
                return .needMore
            }
            let length = end - view.startIndex
            searchedCount = 0
            guard length <= bytesMax else { return .tooLong }
            let line = unread.readSlice(length: length)
            unread.moveReaderIndex(forwardBy: 1)
            if let line, !Self.isBlank(line) { return .line(line) }
        }
    }

    /// - Returns: Whether the line end has come.
    private mutating func skipToLineEnd() -> Bool {
        searchedCount = 0
        let view = unread.readableBytesView
        guard let end = view.firstIndex(of: 0x0A) else {
            unread = ByteBuffer()
            return false
        }
        unread.moveReaderIndex(forwardBy: end - view.startIndex + 1)
        isSkipping = false
        return true
    }

    private static func isBlank(_ line: ByteBuffer) -> Bool {
        line.readableBytesView.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
    }
}
