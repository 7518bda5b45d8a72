/// What a terminal answers when it is asked, told apart from keys.
struct TerminalAnswers: Sendable {
    /// Longer commands are no answers to our questions.
    static let commandCodesMax = 256
    /// Answers later than this are swallowed without effect.
    static let patience: Duration = .seconds(2)

    private var deadline: ContinuousClock.Instant?
    private var isBackgroundKnown = false
    /// Whether the last keys read ended with an escape that may begin an answer.
    var endedWithEscape = false

    /// Whether an answer may still come.
    var isExpected: Bool { deadline != nil }

    mutating func expect(since now: ContinuousClock.Instant) {
        deadline = now.advanced(by: Self.patience)
        isBackgroundKnown = false
    }

    /// Stops waiting when the time is over.
    mutating func advance(to now: ContinuousClock.Instant) {
        if let deadline, now > deadline { end() }
    }

    /// Everything that was asked has been answered.
    mutating func end() {
        deadline = nil
    }

    /// Puts back the escape of an answer that a slow line cut off behind it.
    ///
    /// The Escape key that it was taken for closes a dialog at worst; the rest would be commands.
    func restoringEscape(before codes: [KeyCode]) -> [KeyCode] {
        let isAnswer =
            codes.first == .scalar("]") || codes.starts(with: [.scalar("["), .scalar("?")])
        return isExpected && endedWithEscape && isAnswer ? [.scalar("\u{1B}")] + codes : codes
    }

    /// The background that a command tells; nil when it tells something else, or unasked.
    mutating func background(in command: Command) -> RGBColor? {
        guard isExpected, !isBackgroundKnown, command.text.hasPrefix("11;"),
            let color = RGBColor(terminalAnswer: command.text.dropFirst(3))
        else { return nil }
        isBackgroundKnown = true
        return color
    }

    /// A whole operating system command.
    struct Command {
        /// Between its introducer and its end.
        var text: String
        /// With both.
        var codeCount: Int
        /// False when something that no command holds cut it off.
        private(set) var isWhole = false

        /// Nil while its end has not come.
        ///
        /// A key that no command holds, such as Enter, ends one that has lost its end.
        init?(in codes: ArraySlice<KeyCode>) {
            text = ""
            var scalars = String.UnicodeScalarView()
            for (offset, code) in codes.enumerated().dropFirst(2) {
                guard case .scalar(let scalar) = code else {
                    codeCount = offset
                    return
                }
                switch scalar.value {
                case 0x07, 0x9C:
                    text = String(scalars)
                    isWhole = true
                    codeCount = offset + 1
                    return
                case 0x1B:
                    let next = codes.dropFirst(offset + 1).first
                    if next == nil { return nil }
                    isWhole = next == .scalar("\\")
                    if isWhole { text = String(scalars) }
                    codeCount = isWhole ? offset + 2 : offset
                    return
                case ..<0x20:
                    codeCount = offset
                    return
                default: scalars.append(scalar)
                }
            }
            return nil
        }
    }
}

extension RGBColor {
    /// `rgb:1e1e/1e1e/2e2e` with one to four digits each, as terminals write colours; what follows
    /// a third slash is transparency.
    init?(terminalAnswer text: Substring) {
        guard let colon = text.firstIndex(of: ":"), ["rgb", "rgba"].contains(text[..<colon]) else {
            return nil
        }
        let parts = text[text.index(after: colon)...].split(
            separator: "/",
            omittingEmptySubsequences: false
        )
        let values = parts.prefix(3).compactMap(Self.scaled)
        guard parts.count <= 4, values.count == 3 else { return nil }
        self.init(red: values[0], green: values[1], blue: values[2])
    }

    /// One to four hexadecimal digits, of which all set means full.
    private static func scaled(_ digits: Substring) -> UInt8? {
        guard 1...4 ~= digits.utf8.count, digits.utf8.allSatisfy({ $0 != 43 && $0 != 45 }),
            let value = UInt32(digits, radix: 16)
        else { return nil }
        let full = UInt32(1) << UInt32(4 * digits.utf8.count) - 1
        return UInt8(value * 255 / full)
    }

    /// Whether black is easier to read on it than white.
    package var isLight: Bool { luminance > 0.179 }
}
