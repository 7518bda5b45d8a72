import MCP

/// A method or tool name as records keep it: what the client sent, bounded in length.
enum CallName {
    private static let bytesMax = 128

    static func text(of name: TextRange, in bytes: RawSpan) -> String {
        let range = name.bytes
        guard range.count > bytesMax else { return bytes.text(in: range) }
        var end = range.lowerBound + bytesMax
        // Not in the middle of a UTF-8 sequence.
        while end > range.lowerBound, bytes[end] & 0xC0 == 0x80 { end -= 1 }
        return bytes.text(in: range.lowerBound..<end)
    }
}
