/// How many colours a terminal shows.
package enum ColorDepth: String, Sendable, CaseIterable {
    /// Red, green and blue, eight bits each.
    case rgb
    case palette256
    case palette16
    /// The first eight colours; a bright one is shown as its dark twin in bold.
    case palette8
    /// Bold, reverse and underline only.
    case mono
}

/// A colour as a theme states it.
package enum TerminalColor: Hashable, Sendable {
    /// The terminal's own foreground or background.
    case standard
    /// One of the sixteen named colours, 0 to 15: what they look like is the user's choice.
    case named(UInt8)
    case rgb(RGBColor)
}

/// Red, green and blue, 0 to 255 each.
package struct RGBColor: Hashable, Sendable {
    package var red: UInt8
    package var green: UInt8
    package var blue: UInt8

    package init(red: UInt8, green: UInt8, blue: UInt8) {
        self.red = red
        self.green = green
        self.blue = blue
    }
}
