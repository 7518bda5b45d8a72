/// Writes strings as JSON.
package enum JSONText {
    /// Appends `text` with its quotes; quotes, backslashes and control characters are escaped.
    package static func append(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(ASCII.quote)
        for byte in text.utf8 {
            switch byte {
            case ASCII.quote, ASCII.backslash:
                bytes.append(ASCII.backslash)
                bytes.append(byte)
            case ASCII.lineFeed:
                bytes.append(contentsOf: #"\n"#.utf8)
            case ASCII.carriageReturn:
                bytes.append(contentsOf: #"\r"#.utf8)
            case ASCII.tab:
                bytes.append(contentsOf: #"\t"#.utf8)
            case 0..<0x20:
                bytes.append(contentsOf: #"\u00"#.utf8)
                bytes.append(hexDigit(byte >> 4))
                bytes.append(hexDigit(byte & 0xF))
            default:
                bytes.append(byte)
            }
        }
        bytes.append(ASCII.quote)
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? 0x30 + value : 0x61 + value - 10
    }
}
