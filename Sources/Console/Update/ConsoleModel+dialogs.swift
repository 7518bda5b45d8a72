import Policy
import Terminal

/// Keys in whatever lies over the screen.
extension ConsoleModel {
    mutating func press(_ key: Key, in dialog: Dialog) -> [ConsoleEffect] {
        if key == .control("c"), !dialog.isDecision {
            open = nil
            return []
        }
        return switch dialog {
        case .form(let form): press(key, in: form)
        case .review(let review): press(key, in: review)
        case .secret(let secret): press(key, in: secret)
        case .detail(let detail): press(key, in: detail)
        case .comparison(let comparison): press(key, in: comparison)
        case .help(let help): press(key, in: help)
        case .settings(let settings): press(key, in: settings)
        }
    }

    private mutating func press(_ key: Key, in form: FormDialog) -> [ConsoleEffect] {
        var form = form
        switch key {
        case .escape:
            open = nil
            return []
        case .enter: return submit(form)
        case .tab, .down: form.moveFocus(by: 1)
        case .backTab, .up: form.moveFocus(by: -1)
        case .left where form.focused.isChoice: form.editFocused { $0.choose(by: -1) }
        case .right where form.focused.isChoice: form.editFocused { $0.choose(by: 1) }
        default:
            if form.focused.isChoice {
                refuseTyping(in: form.focused)
                return []
            }
            form.editFocused { $0.input.handle(key) }
        }
        open?.dialog = .form(form)
        return []
    }

    /// Text meant for another field must not change a choice.
    mutating func refuseTyping(in choice: FormInput) {
        say(.warning, "\(choice.label) is a choice: the left and right arrows change it.")
    }

    private mutating func press(_ key: Key, in review: ReviewDialog) -> [ConsoleEffect] {
        if review.isCommitting { return leaveCommitting(key) }
        var changed = review
        switch key {
        case .escape, .control("c"):
            close(review)
            return []
        case .enter:
            return pressButton(in: review)
        case .tab, .right: changed.moveFocus(by: 1)
        case .backTab, .left: changed.moveFocus(by: -1)
        case .down: changed.scroll = min(changed.scroll + 1, 1_000)
        case .up: changed.scroll = max(changed.scroll - 1, 0)
        default:
            if review.confirmation != nil {
                changed.typedWord.handle(key)
            } else if key == .character("q") {
                close(review)
                return []
            } else if key == .character("s") {
                stage(review)
                return []
            }
        }
        open?.dialog = .review(changed)
        return []
    }

    /// A commit under way goes on: its answer closes the review, or is told when that is gone.
    private mutating func leaveCommitting(_ key: Key) -> [ConsoleEffect] {
        guard key == .escape || key == .control("c") else { return [] }
        open = nil
        say(.info, "Still committing; the answer will be shown here.")
        return []
    }

    private mutating func pressButton(in review: ReviewDialog) -> [ConsoleEffect] {
        switch review.focus {
        case .cancel:
            close(review)
            return []
        case .commit:
            return commit(review)
        case .reviewAgain:
            return reviewAgain(review)
        case .stage:
            stage(review)
            return []
        case .discard:
            open = nil
            discardStaged()
            return []
        }
    }

    /// Back to the form it came from, or to the screen.
    private mutating func close(_ review: ReviewDialog) {
        if let form = review.form {
            show(.form(form))
        } else {
            open = nil
        }
    }

    private mutating func press(_ key: Key, in secret: SecretDialog) -> [ConsoleEffect] {
        if secret.isClosing { return pressInClosing(key, secret) }
        var secret = secret
        var effects: [ConsoleEffect] = []
        switch key {
        case .character("r"):
            secret.revealedAt = secret.isRevealed ? nil : now.monotonic
        case .character("y"):
            effects = [.copySecret(secret.secret)]
        case .enter, .escape, .character("q"), .control("c"):
            secret.isClosing = true
            secret.isStoredFocused = false
            secret.revealedAt = nil
            show(.secret(secret))
            return []
        default:
            return []
        }
        open?.dialog = .secret(secret)
        return effects
    }

    private mutating func pressInClosing(_ key: Key, _ secret: SecretDialog) -> [ConsoleEffect] {
        var secret = secret
        switch key {
        case .tab, .backTab, .left, .right:
            secret.isStoredFocused.toggle()
        case .enter where secret.isStoredFocused:
            open = nil
            say(.good, secret.outcome)
            return []
        case .enter, .escape:
            secret.isClosing = false
        default:
            return []
        }
        open?.dialog = .secret(secret)
        return []
    }

    private mutating func press(_ key: Key, in detail: DetailDialog) -> [ConsoleEffect] {
        var detail = detail
        let last = max(self.detail(of: detail.entity).count - 1, 0)
        switch key {
        case .escape, .enter, .character("q"), .character("d"):
            open = nil
            return []
        case .down, .character("j"): detail.scroll = min(detail.scroll + 1, last)
        case .up, .character("k"): detail.scroll = max(detail.scroll - 1, 0)
        case .character("a"), .character("b"), .character("e"), .character("x"), .character("D"),
            .character("R"), .character("A"):
            return act(key, on: detail.entity)
        default: return []
        }
        open?.dialog = .detail(detail)
        return []
    }

    private mutating func press(_ key: Key, in shown: ComparisonDialog) -> [ConsoleEffect] {
        var shown = shown
        switch key {
        case .escape, .enter, .character("q"):
            open = nil
            return []
        case .down, .character("j"): shown.scroll = min(shown.scroll + 1, 1_000)
        case .up, .character("k"): shown.scroll = max(shown.scroll - 1, 0)
        default: return []
        }
        open?.dialog = .comparison(shown)
        return []
    }

    /// An action from a detail means the entity in it, wherever the selection is by now.
    private mutating func act(_ key: Key, on entity: Entity) -> [ConsoleEffect] {
        open = nil
        guard let action = keyMap.action(for: key, on: screen), isEditingPossible() else {
            return []
        }
        return runEdit(action, on: entity)
    }

    private mutating func press(_ key: Key, in help: HelpDialog) -> [ConsoleEffect] {
        var help = help
        let shown = help.bindings(among: bindings)
        switch key {
        case .escape:
            open = nil
            return []
        case .enter:
            open = nil
            return shown.indices.contains(help.index) ? run(shown[help.index].action) : []
        case .down, .tab: help.index = min(help.index + 1, max(shown.count - 1, 0))
        case .up, .backTab: help.index = max(help.index - 1, 0)
        default:
            help.filter.handle(key)
            help.index = 0
        }
        open?.dialog = .help(help)
        return []
    }
}

extension HelpDialog {
    /// The bindings that the typed words leave.
    func bindings(among all: [Binding]) -> [Binding] {
        let words = filter.text.lowercased().split(separator: " ")
        guard !words.isEmpty else { return all }
        return all.filter { binding in
            words.allSatisfy { word in
                binding.title.lowercased().contains(word) || binding.keyText == filter.text
            }
        }
    }
}
