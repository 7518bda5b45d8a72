/// What a piece of the screen means; themes decide how it looks.
///
/// Colour is never the only sign: status roles go with a glyph or a word.
package enum Role: UInt8, CaseIterable, Sendable {
    case text
    case muted
    case accent
    case title
    case key
    case ok
    case warn
    case error
    case info
    case pending
    case added
    case removed
    case border
    case borderFocused
    case selection
    case header
    case badge

    /// The role whose look is used when a theme says nothing about this one.
    ///
    /// Every chain ends at `text`, so that a new role never breaks an old theme.
    package var parent: Role? {
        switch self {
        case .text: nil
        case .muted, .accent, .ok, .warn, .selection: .text
        case .title, .key, .info, .borderFocused, .badge: .accent
        case .error, .pending: .warn
        case .added: .ok
        case .removed: .error
        case .border: .muted
        case .header: .title
        }
    }

    /// As theme files call it: `borderFocused`.
    package var name: String { "\(self)" }

    /// By the name that theme files use.
    init?(name: String) {
        guard let role = Role.allCases.first(where: { $0.name == name }) else { return nil }
        self = role
    }

    /// One letter for golden frames.
    package var letter: Character {
        switch self {
        case .text: "."
        case .muted: "m"
        case .accent: "a"
        case .title: "t"
        case .key: "k"
        case .ok: "o"
        case .warn: "w"
        case .error: "e"
        case .info: "i"
        case .pending: "p"
        case .added: "+"
        case .removed: "-"
        case .border: "b"
        case .borderFocused: "B"
        case .selection: "S"
        case .header: "h"
        case .badge: "#"
        }
    }
}

/// A role with emphasis.
package struct Style: Hashable, Sendable {
    package var role: Role
    package var isBold: Bool
    package var isReversed: Bool
    package var isUnderlined: Bool

    package init(
        _ role: Role,
        isBold: Bool = false,
        isReversed: Bool = false,
        isUnderlined: Bool = false
    ) {
        self.role = role
        self.isBold = isBold
        self.isReversed = isReversed
        self.isUnderlined = isUnderlined
    }

    package static let text = Style(.text)
    package static let muted = Style(.muted)
    package static let accent = Style(.accent)
    package static let title = Style(.title)
    package static let key = Style(.key)
    package static let ok = Style(.ok)
    package static let warn = Style(.warn)
    package static let error = Style(.error)
    package static let info = Style(.info)
    package static let pending = Style(.pending)
    package static let added = Style(.added)
    package static let removed = Style(.removed)
    package static let border = Style(.border)
    package static let borderFocused = Style(.borderFocused)
    package static let selection = Style(.selection)
    package static let header = Style(.header)
    package static let badge = Style(.badge)

    /// The same style in bold.
    package var bold: Style { with { $0.isBold = true } }
    /// The same style with foreground and background swapped.
    package var reversed: Style { with { $0.isReversed = true } }
    /// The same style underlined.
    package var underlined: Style { with { $0.isUnderlined = true } }

    private func with(_ change: (inout Style) -> Void) -> Style {
        var changed = self
        change(&changed)
        return changed
    }
}
