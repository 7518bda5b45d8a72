/// What the environment says about the terminal and its colours.
struct ColorRequest: Equatable, Sendable {
    /// The terminal's name; empty when it is not set.
    var terminal: String
    /// The same terminal under the name that has 24-bit colours, when it claims to show them.
    var directTerminal: String?
    /// False when `NO_COLOR` holds anything at all, see <https://no-color.org>.
    var allowsColor: Bool

    init(environment: [String: String]) {
        terminal = environment["TERM"] ?? ""
        allowsColor = environment["NO_COLOR", default: ""].isEmpty
        let claim = environment["COLORTERM", default: ""]
        let isDirect = allowsColor && (claim == "truecolor" || claim == "24bit")
        directTerminal = isDirect ? Self.directNames[terminal] : nil
    }

    private static let directNames = [
        "xterm-256color": "xterm-direct",
        "tmux-256color": "tmux-direct",
    ]
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
