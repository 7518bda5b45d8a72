/// What the environment says about the terminal and its colours.
struct ColorRequest: Equatable, Sendable {
    /// The terminal's name; empty when it is not set.
    var terminal: String
    /// False when `NO_COLOR` holds anything at all, see <https://no-color.org>.
    var allowsColor: Bool
    /// Whether the terminal says that it shows 24-bit colours.
    var claimsDirectColor: Bool

    init(environment: [String: String]) {
        terminal = environment["TERM"] ?? ""
        allowsColor = environment["NO_COLOR", default: ""].isEmpty
        let claim = environment["COLORTERM", default: ""]
        claimsDirectColor = allowsColor && (claim == "truecolor" || claim == "24bit")
    }

    /// The descriptions to try, the richest first.
    ///
    /// A terminal that claims 24-bit colours is looked up by the name under which its description
    /// has them, where there is one.
    var descriptions: [String] {
        guard claimsDirectColor, let direct = Self.directNames[terminal] else { return [terminal] }
        return [direct, terminal]
    }

    private static let directNames = [
        "xterm-256color": "xterm-direct",
        "tmux-256color": "tmux-direct",
        "alacritty": "alacritty-direct",
        "foot": "foot-direct",
        "kitty": "kitty-direct",
        "xterm-kitty": "kitty-direct",
        "konsole-256color": "konsole-direct",
        "mlterm-256color": "mlterm-direct",
        "st-256color": "st-direct",
        "vte-256color": "vte-direct",
    ]
}

extension RGBColor {
    /// The background that `COLORFGBG` tells: `15;0`, or `15;default;0`.
    init?(backgroundOf environment: [String: String]) {
        let parts = environment["COLORFGBG", default: ""].split(separator: ";")
        guard parts.count > 1, let index = parts.last.flatMap({ UInt8($0) }), index < 16 else {
            return nil
        }
        self.init(x256: index)
    }
}

extension ColorDepth {
    /// The depth that a terminal's number of colours allows.
    init(colorCount: Int) {
        self =
            switch colorCount {
            case 0x1_00_00_00...: .rgb
            case 256...: .palette256
            case 16...: .palette16
            case 8...: .palette8
            default: .mono
            }
    }
}
