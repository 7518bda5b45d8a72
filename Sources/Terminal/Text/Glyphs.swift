/// The signs that go with roles, in two alphabets of equal meaning.
package enum Glyphs: Sendable {
    /// For a terminal whose character set is UTF-8.
    case unicode
    /// For any other, such as `LANG=C`.
    case ascii

    /// The richest alphabet of a terminal.
    ///
    /// The fonts of the Linux console have none of our signs, whatever the locale says.
    init(codeset: String, terminal: String) {
        let isUnicode = ["UTF-8", "UTF8"].contains(codeset.uppercased())
        self = isUnicode && terminal != "linux" ? .unicode : .ascii
    }

    package var check: String { self == .unicode ? "✓" : "ok" }
    package var cross: String { self == .unicode ? "✗" : "X" }
    package var warning: String { self == .unicode ? "▲" : "!" }
    package var bullet: String { self == .unicode ? "•" : "*" }
    package var clock: String { self == .unicode ? "◷" : "~" }
    package var ellipsis: String { self == .unicode ? "…" : "~" }
    package var ascending: String { self == .unicode ? "↑" : "^" }
    package var descending: String { self == .unicode ? "↓" : "v" }
    package var connected: String { self == .unicode ? "●" : "*" }
    package var disconnected: String { self == .unicode ? "○" : "-" }
    package var arrow: String { self == .unicode ? "→" : "->" }
    /// The two keys that change a choice.
    package var leftRight: String { self == .unicode ? "← →" : "<- ->" }
    package var separator: String { self == .unicode ? "│" : "|" }
    package var mask: Unicode.Scalar { self == .unicode ? "•" : "*" }

    /// Eight levels of a sparkline, from just above nothing to full; nothing is a space.
    package var levels: [Unicode.Scalar] {
        self == .unicode
            ? ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
            : [".", ":", "-", "=", "+", "*", "#", "#"]
    }

    package var box: BoxGlyphs { self == .unicode ? .light : .ascii }
}

/// The six signs that boxes are drawn with.
package struct BoxGlyphs: Equatable, Sendable {
    package var horizontal: String
    package var vertical: String
    package var topLeft: String
    package var topRight: String
    package var bottomLeft: String
    package var bottomRight: String

    package static let light = BoxGlyphs(
        horizontal: "─",
        vertical: "│",
        topLeft: "┌",
        topRight: "┐",
        bottomLeft: "└",
        bottomRight: "┘"
    )
    package static let ascii = BoxGlyphs(
        horizontal: "-",
        vertical: "|",
        topLeft: "+",
        topRight: "+",
        bottomLeft: "+",
        bottomRight: "+"
    )
}
