import Terminal

/// What each key does: the bindings as they come, or as the operator rebound them.
struct KeyMap: Equatable, Sendable {
    static let standard = KeyMap(bindings: Binding.all)

    /// These do the same wherever the console is, so nothing else may be put on them.
    static let reserved: [Key: String] = [
        .control("z"): "suspend", .control("l"): "redraw", .function(10): "quit",
    ]

    private(set) var bindings: [Binding]

    func all(on screen: ScreenName) -> [Binding] {
        bindings.filter { $0.isValid(on: screen) }
    }

    func action(for key: Key, on screen: ScreenName) -> Action? {
        bindings.first { $0.isValid(on: screen) && $0.keys.contains(key) }?.action
    }

    /// Every action that can be rebound, in the order of the help.
    static let actionNames = Binding.all.map(\.action.name).reduce(into: [String]()) {
        names,
        name in
        if !names.contains(name) { names.append(name) }
    }

    /// The bindings with an action on other keys than it comes with.
    ///
    /// A key that is given to an action is taken from the one it came with.
    ///
    /// - Returns: What is wrong in one sentence, and for which action; nil when nothing is.
    mutating func rebind(_ wanted: [String: [Key]]) -> (action: String, problem: String)? {
        for (name, keys) in wanted.sorted(by: { $0.key < $1.key }) {
            if let problem = problem(name, keys, in: wanted) { return (name, problem) }
        }
        let before = bindings
        bindings = bindings.map { binding in
            if let keys = wanted[binding.action.name] { return binding.onto(keys) }
            let taken = before.filter { other in
                wanted[other.action.name] != nil && other.sharesScreen(with: binding)
            }.flatMap { wanted[$0.action.name] ?? [] }
            return binding.onto(binding.keys.filter { !taken.contains($0) })
        }
        return orphan(before).map { name in
            (
                wanted.keys.sorted().first ?? name,
                "would leave \(name) without a key; give it one too"
            )
        }
    }

    private func problem(_ name: String, _ keys: [Key], in wanted: [String: [Key]]) -> String? {
        let own = bindings.filter { $0.action.name == name }
        for key in keys {
            if let owner = Self.reserved[key], owner != name {
                return "\(KeyName.text(key)) always means \(owner)"
            }
            let rival = bindings.first { other in
                other.action.name != name && wanted[other.action.name]?.contains(key) == true
                    && own.contains { $0.sharesScreen(with: other) }
            }
            if let rival { return "\(KeyName.text(key)) is given to \(rival.action.name) too" }
        }
        return nil
    }

    /// An action that had a key before and has none now.
    private func orphan(_ before: [Binding]) -> String? {
        zip(before, bindings).first { !$0.keys.isEmpty && $1.keys.isEmpty }?.0.action.name
    }
}

extension Binding {
    fileprivate func sharesScreen(with other: Binding) -> Bool {
        guard let screens, let others = other.screens else { return true }
        return !screens.isDisjoint(with: others)
    }

    /// The same on other keys; the text stays where the first key does.
    fileprivate func onto(_ newKeys: [Key]) -> Binding {
        guard newKeys != keys else { return self }
        let isTextRight = newKeys.contains { KeyName.text($0) == keyText }
        let text = isTextRight ? keyText : newKeys.first.map(KeyName.text) ?? ""
        return Binding(newKeys, text, action, title, on: screens, hint: hint)
    }
}

extension Action {
    /// As `console.toml` calls it: `move-down`, `go-clients`.
    var name: String {
        if case .go(let screen) = self { return "go-\(screen.command)" }
        return "\(self)".reduce(into: "") { name, letter in
            name += letter.isUppercase ? "-\(letter.lowercased())" : "\(letter)"
        }
    }
}
