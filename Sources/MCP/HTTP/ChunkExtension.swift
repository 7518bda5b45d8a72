/// Reads `name`, `name=token` or `name="quoted"` after the semicolon of a chunk size.
struct ChunkExtension: Sendable {
    private enum State: Sendable {
        case nameStart, name, valueStart, value, quoted, escaped, afterQuoted
    }

    private var state = State.nameStart

    /// Whether the extension may end here.
    var isWhole: Bool {
        switch state {
        case .name, .value, .afterQuoted: true
        case .nameStart, .valueStart, .quoted, .escaped: false
        }
    }

    /// Reads one byte, which is not a line end.
    ///
    /// - Returns: False when it may not stand there.
    mutating func read(_ byte: UInt8) -> Bool {
        let isToken = ByteSet.token.contains(byte)
        switch state {
        case .nameStart where isToken: state = .name
        case .name where isToken: break
        case .name where byte == 0x3D: state = .valueStart
        case .valueStart where isToken: state = .value
        case .valueStart where byte == ASCII.quote: state = .quoted
        case .value where isToken: break
        case .quoted where byte == ASCII.quote: state = .afterQuoted
        case .quoted where byte == ASCII.backslash: state = .escaped
        case .quoted where Self.isText(byte): break
        case .escaped where Self.isText(byte): state = .quoted
        case .name where byte == ASCII.semicolon, .value where byte == ASCII.semicolon,
            .afterQuoted where byte == ASCII.semicolon:
            state = .nameStart
        default: return false
        }
        return true
    }

    private static func isText(_ byte: UInt8) -> Bool {
        ASCII.isVisible(byte) || byte == ASCII.space || byte == ASCII.tab
    }
}
