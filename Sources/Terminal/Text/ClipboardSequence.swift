/// What asks a terminal to put text on the clipboard of the machine it is seen on (OSC 52).
///
/// There is no answer to it: many terminals and multiplexers ignore it unless configured.
enum ClipboardSequence {
    /// Bytes of text beyond which common terminals drop the whole.
    static let textBytesMax = 74_994

    /// The sequences to send; none for a text that is too long.
    ///
    /// Inside tmux both forms are sent: the plain one passes with `set-clipboard on`, the wrapped
    /// one with `allow-passthrough on`.
    static func sequences(for text: String, isInsideTmux: Bool) -> [String] {
        let bytes = Array(text.utf8)
        guard bytes.count <= textBytesMax else { return [] }
        let plain = "\u{1B}]52;c;\(base64(bytes))\u{7}"
        guard isInsideTmux else { return [plain] }
        return [plain, "\u{1B}Ptmux;\u{1B}\(plain)\u{1B}\\"]
    }

    /// RFC 4648, with padding.
    static func base64(_ bytes: [UInt8]) -> String {
        let alphabet = Array(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8
        )
        var encoded: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            bits <<= UInt32(8 * (3 - group.count))
            for place in 0..<4 {
                let index = Int(bits >> UInt32(18 - 6 * place) & 63)
                encoded.append(place <= group.count ? alphabet[index] : UInt8(ascii: "="))
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }
}
