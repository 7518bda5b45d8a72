/// How one role looks.
package struct Appearance: Hashable, Sendable {
    package var foreground: TerminalColor
    package var background: TerminalColor
    package var attributes: TextAttributes

    package init(
        foreground: TerminalColor = .standard,
        background: TerminalColor = .standard,
        attributes: TextAttributes = []
    ) {
        self.foreground = foreground
        self.background = background
        self.attributes = attributes
    }
}

/// Emphasis that needs no colour.
package struct TextAttributes: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    package static let bold = TextAttributes(rawValue: 1)
    package static let reverse = TextAttributes(rawValue: 2)
    package static let underline = TextAttributes(rawValue: 4)
    package static let dim = TextAttributes(rawValue: 8)
}

/// How every role looks, read from a TOML file.
package struct Theme: Equatable, Sendable {
    /// The background that a theme was made for.
    package enum Variant: String, Sendable, CaseIterable {
        case dark
        case light
        case any
    }

    package var name: String
    package var variant: Variant
    var appearances: [Role: Appearance]

    /// The terminal's own colours and no emphasis, for tests.
    package static let plain = Theme(name: "plain", variant: .any, appearances: [:])

    /// How the role looks: as stated, or as its nearest stated parent.
    package func appearance(of role: Role) -> Appearance {
        var candidate: Role? = role
        while let current = candidate {
            if let stated = appearances[current] { return stated }
            candidate = current.parent
        }
        return Appearance()
    }
}
