/// Paints text for a terminal that prints lines, without taking it over.
package struct TextPainter: Sendable {
    private let depth: ColorDepth?

    /// Nothing is painted unless `isTerminal` says that someone would see it.
    package init(environment: [String: String], isTerminal: Bool) {
        let request = ColorRequest(environment: environment)
        let isSimple = ["", "dumb"].contains(request.terminal)
        depth = isTerminal && !isSimple ? request.guessedDepth : nil
    }

    /// The text, made harmless, between the sequences that give it its look and take it back.
    package func painted(_ text: String, as look: Appearance) -> String {
        let safe = SafeText.neutralized(text)
        guard let depth else { return safe }
        let codes =
            Self.codes(of: look.attributes)
            + Self.codes(of: look.foreground, base: 30, at: depth)
            + Self.codes(of: look.background, base: 40, at: depth)
        guard !codes.isEmpty else { return safe }
        return "\u{1B}[\(codes.map(String.init).joined(separator: ";"))m\(safe)\u{1B}[0m"
    }

    private static func codes(of attributes: TextAttributes) -> [Int] {
        let known: [(TextAttributes, Int)] = [
            (.bold, 1), (.dim, 2), (.underline, 4), (.reverse, 7),
        ]
        return known.filter { attributes.contains($0.0) }.map(\.1)
    }

    /// SGR parameters of ECMA-48; `base` is 30 for the foreground and 40 for the background.
    private static func codes(
        of color: TerminalColor,
        base: Int,
        at depth: ColorDepth
    ) -> [Int] {
        if depth == .rgb, case .rgb(let color, _, _) = color {
            return [base + 8, 2, Int(color.red), Int(color.green), Int(color.blue)]
        }
        let number = Int(color.number(at: depth == .rgb ? .palette256 : depth))
        return switch number {
        case ..<0: []
        case 0..<8: [base + number]
        case 8..<16: [base + 60 + number - 8]
        default: [base + 8, 5, number]
        }
    }
}

extension ColorRequest {
    /// The depth by name alone, for output that no terminal description steers.
    fileprivate var guessedDepth: ColorDepth {
        if !allowsColor { return .mono }
        if claimsDirectColor { return .rgb }
        return terminal.contains("256color") ? .palette256 : .palette16
    }
}
