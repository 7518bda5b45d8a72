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

    /// `#f8f8f2 on #282a36, bold`.
    package var words: String {
        let emphasis = TextAttributes.byName.filter { attributes.contains($0.value) }.keys.sorted()
        return (["\(foreground) on \(background)"] + emphasis).joined(separator: ", ")
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

    /// By the names that theme files use.
    static let byName: [String: TextAttributes] = [
        "bold": .bold, "reverse": .reverse, "underline": .underline, "dim": .dim,
    ]
}

/// How every role looks, read from a TOML file.
package struct Theme: Equatable, Sendable {
    /// The background that a theme was made for.
    package enum Variant: String, Sendable, CaseIterable {
        case dark
        case light
        case any
    }

    package let name: String
    package let variant: Variant
    private let appearances: [Appearance]

    /// Roles that are not stated take their parents' looks.
    init(name: String, variant: Variant, stated: [Role: StatedAppearance]) {
        self.name = name
        self.variant = variant
        appearances = Role.allCases.map { Theme.resolved($0, in: stated) }
    }

    /// The terminal's own colours and no emphasis.
    package static let plain = Theme(name: "plain", variant: .any, stated: [:])

    package func appearance(of role: Role) -> Appearance {
        appearances[Int(role.rawValue)]
    }

    /// Each property comes from the nearest ancestor that states it.
    private static func resolved(_ role: Role, in stated: [Role: StatedAppearance]) -> Appearance {
        var found = StatedAppearance()
        var candidate: Role? = role
        while let current = candidate {
            let look = stated[current] ?? StatedAppearance()
            found.foreground = found.foreground ?? look.foreground
            found.background = found.background ?? look.background
            found.attributes = found.attributes ?? look.attributes
            candidate = current.parent
        }
        return Appearance(
            foreground: found.foreground ?? .standard,
            background: found.background ?? .standard,
            attributes: found.attributes ?? []
        )
    }
}

/// What a theme file says about one role.
struct StatedAppearance: Equatable {
    var foreground: TerminalColor?
    var background: TerminalColor?
    var attributes: TextAttributes?
}
