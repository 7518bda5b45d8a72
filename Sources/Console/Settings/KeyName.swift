import Terminal

/// Keys as `console.toml` writes them: `x`, `ctrl-x`, `alt-x`, `page-down`, `f5`.
enum KeyName {
    private static let byName: [String: Key] = [
        "enter": .enter, "esc": .escape, "tab": .tab, "shift-tab": .backTab,
        "backspace": .backspace, "delete": .delete, "insert": .insert, "up": .up, "down": .down,
        "left": .left, "right": .right, "home": .home, "end": .end, "page-up": .pageUp,
        "page-down": .pageDown, "space": .character(" "),
    ]

    /// Nil for what names no key.
    static func key(_ name: String) -> Key? {
        if let key = byName[name] { return key }
        if let character = name.onlyCharacter { return .character(character) }
        if let letter = name.after("ctrl-")?.onlyCharacter, letter.isASCII {
            return letter.isLowercase || "\\]^_".contains(letter) ? .control(letter) : nil
        }
        if let character = name.after("alt-")?.onlyCharacter { return .alt(character) }
        guard let digits = name.after("f"), let number = Int(digits), 1...63 ~= number else {
            return nil
        }
        return .function(number)
    }

    /// As the help and the footer print it: `^r`, `M-x`, `PgDn`, `F5`.
    static func text(_ key: Key) -> String {
        switch key {
        case .character(" "): "Space"
        case .character(let character): "\(character)"
        case .control(let character): "^\(character)"
        case .alt(let character): "M-\(character)"
        case .function(let number): "F\(number)"
        case .enter: "Enter"
        case .escape: "Esc"
        case .tab: "Tab"
        case .backTab: "S-Tab"
        case .backspace: "Bksp"
        case .delete: "Del"
        case .insert: "Ins"
        case .up: "Up"
        case .down: "Down"
        case .left: "Left"
        case .right: "Right"
        case .home: "Home"
        case .end: "End"
        case .pageUp: "PgUp"
        case .pageDown: "PgDn"
        }
    }
}

extension String {
    /// What follows `prefix`; nil when it does not begin with it.
    fileprivate func after(_ prefix: String) -> String? {
        hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
    }

    /// The one printable character that it is.
    fileprivate var onlyCharacter: Character? {
        guard count == 1, let first, first.unicodeScalars.count == 1, SafeText.width(of: self) > 0,
            SafeText.neutralized(self) == self
        else { return nil }
        return first
    }
}
