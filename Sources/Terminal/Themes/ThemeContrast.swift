import Glibc

/// How well a theme's roles can be read, by the contrast ratio of
/// [WCAG 2.1](https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio).
package struct ThemeContrast: Sendable {
    /// One role's figures.
    package struct Line: Equatable, Sendable {
        package var role: Role
        /// The least ratio that is good enough.
        package var floor: Double
        /// From 1 to 21; nil where the terminal's owner chose a colour.
        package var ratio: Double?
        /// The same where a terminal has 256 colours only.
        package var ratio256: Double?

        package var isMet: Bool { [ratio, ratio256].allSatisfy { $0 ?? floor >= floor } }
    }

    package let lines: [Line]

    package init(of theme: Theme) {
        lines = Role.allCases.map { role in
            let look = theme.appearance(of: role)
            return Line(
                role: role,
                floor: Self.floor(of: role),
                ratio: Self.ratio(look.foreground.rgb, look.background.rgb),
                ratio256: Self.ratio(look.foreground.rgb256, look.background.rgb256)
            )
        }
    }

    package var isMet: Bool { lines.allSatisfy(\.isMet) }

    /// 4.5 for running text, 3 for marks and for words that a mark goes with.
    package static func floor(of role: Role) -> Double {
        switch role {
        case .text, .muted, .title, .key, .selection, .header, .badge: 4.5
        case .accent, .ok, .warn, .error, .info, .pending, .added, .removed, .border,
            .borderFocused:
            3
        }
    }

    static func ratio(_ first: RGBColor?, _ second: RGBColor?) -> Double? {
        guard let first, let second else { return nil }
        let lights = [first.luminance, second.luminance].sorted()
        return (lights[1] + 0.05) / (lights[0] + 0.05)
    }
}

extension TerminalColor {
    /// What everyone sees; nil for a colour that the terminal's owner chose.
    fileprivate var rgb: RGBColor? {
        if case .rgb(let color, _, _) = self { color } else { nil }
    }

    /// What a terminal of 256 colours shows instead.
    fileprivate var rgb256: RGBColor? {
        guard case .rgb(let color, let x256, _) = self else { return nil }
        return RGBColor(x256: x256 ?? color.nearest256)
    }
}

extension RGBColor {
    /// From 0 for black to 1 for white, as
    /// [WCAG 2.1](https://www.w3.org/TR/WCAG21/#dfn-relative-luminance) weighs the three parts.
    package var luminance: Double {
        0.2126 * Self.linear(red) + 0.7152 * Self.linear(green) + 0.0722 * Self.linear(blue)
    }

    private static func linear(_ value: UInt8) -> Double {
        let share = Double(value) / 255
        return share <= 0.03928 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
    }
}
