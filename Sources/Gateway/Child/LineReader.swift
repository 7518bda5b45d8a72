import NIOCore

/// Cuts what a child writes into lines of bounded length; each byte is looked at once.
struct LineReader {
    enum Step: Equatable {
        case needMore
        /// Without its line end; never empty.
        case line(ByteBuffer)
        /// A line is longer than allowed; where the next one begins is not known.
        case tooLong
    }

    private let bytesMax: Int
    private var unread = ByteBuffer()
    private var searchedCount = 0

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

    mutating func next() -> Step {
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

    private static func isBlank(_ line: ByteBuffer) -> Bool {
        line.readableBytesView.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
    }
}
