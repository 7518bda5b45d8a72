import Terminal

/// Breaks text into lines of a width, at spaces where it can.
enum LineWrap {
    static func wrapped(_ text: String, width: Int) -> [String] {
        let limit = max(width, 1)
        var lines: [String] = []
        var line = ""
        for word in SafeText.neutralized(text.bounded(to: 2_048)).split(separator: " ") {
            for piece in pieces(of: String(word), width: limit) {
                if line.isEmpty {
                    line = piece
                } else if SafeText.width(of: line) + 1 + SafeText.width(of: piece) <= limit {
                    line += " " + piece
                } else {
                    lines.append(line)
                    line = piece
                }
            }
        }
        if !line.isEmpty || lines.isEmpty {
            lines.append(line)
        }
        return lines
    }

    /// A word longer than a line, cut into lines.
    private static func pieces(of word: String, width: Int) -> [String] {
        guard SafeText.width(of: word) > width else { return [word] }
        var pieces: [String] = []
        var piece = ""
        var used = 0
        for character in word {
            let own = SafeText.width(of: String(character))
            if used + own > width, !piece.isEmpty {
                pieces.append(piece)
                piece = ""
                used = 0
            }
            piece.append(character)
            used += own
        }
        pieces.append(piece)
        return pieces
    }
}
