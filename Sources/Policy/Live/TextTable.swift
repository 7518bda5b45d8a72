import MCP

/// A set of short texts, asked for by bytes from the network without making a `String`.
struct TextTable: Sendable {
    /// Sorted by length, then by bytes.
    private let texts: [[UInt8]]

    init(_ texts: some Sequence<String>) {
        self.texts = texts.map { Array($0.utf8) }.sorted {
            $0.count == $1.count ? $0.lexicographicallyPrecedes($1) : $0.count < $1.count
        }
    }

    /// Whether `range` of `bytes` is one of the texts, byte for byte.
    ///
    /// With `isFolding`, upper-case ASCII letters of `bytes` count as lower-case.
    func contains(_ bytes: RawSpan, _ range: Range<Int>, isFolding: Bool = false) -> Bool {
        var low = 0
        var high = texts.count
        while low < high {
            let middle = (low + high) / 2
            let order = order(of: texts[middle], bytes, range, isFolding)
            if order == 0 { return true }
            if order < 0 {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return false
    }

    /// Negative when `text` comes before the bytes, 0 when they are equal.
    private func order(
        of text: [UInt8],
        _ bytes: RawSpan,
        _ range: Range<Int>,
        _ isFolding: Bool
    ) -> Int {
        if text.count != range.count { return text.count - range.count }
        for index in text.indices {
            let byte = bytes[range.lowerBound + index]
            let difference = Int(text[index]) - Int(isFolding ? byte.asciiFolded : byte)
            if difference != 0 { return difference }
        }
        return 0
    }
}
