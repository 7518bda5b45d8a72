import Policy
import Terminal

/// What lies over the screen.
enum DialogView {
    static func draw(
        _ model: ConsoleModel,
        into frame: inout Frame,
        layout: ScreenLayout,
        glyphs: Glyphs
    ) {
        // The header stays in sight: a lost connection must be seen from within a dialog.
        let area = frame.bounds.split(top: 1).rest.split(bottom: 1).rest
        let width = min(area.width, 78) - 4
        switch model.dialog {
        case nil:
            return
        case .form(let form):
            form.widget(glyphs).draw(into: &frame, in: area, glyphs: glyphs)
        case .review(let review):
            ReviewView.widget(review, model, width: width, glyphs)
                .draw(into: &frame, in: area, glyphs: glyphs)
        case .secret(let secret):
            SecretView.widget(secret, width: width, glyphs)
                .draw(into: &frame, in: area, glyphs: glyphs)
        case .detail(let detail):
            DetailView.widget(detail, model, width: width)
                .draw(into: &frame, in: area, glyphs: glyphs)
        case .comparison(let comparison):
            ComparisonView.widget(comparison, width: width, glyphs)
                .draw(into: &frame, in: area, glyphs: glyphs)
        case .help(let help):
            HelpView.draw(help, model, into: &frame, in: area, glyphs: glyphs)
        case .settings(let settings):
            SettingsView.draw(settings, model, into: &frame, in: area, glyphs: glyphs)
        }
    }
}

extension FormDialog {
    /// The form as it is drawn; its buttons are only the words for two keys.
    fileprivate func widget(_ glyphs: Glyphs) -> FormWidget {
        FormWidget(
            title: title,
            intro: intro.map { StyledLine($0.bounded(), style: .pending) },
            fields: fields.map { input in
                let hint = input.isChoice ? choiceHint(input, glyphs) : input.hint
                var field = FormField(input.label, hint: hint, problem: input.problem)
                field.field = input.input
                return field
            },
            buttons: ["Enter: review", "Esc: close"],
            focus: focus
        )
    }

    private func choiceHint(_ input: FormInput, _ glyphs: Glyphs) -> String {
        "\(input.choices.joined(separator: ", ")): \(glyphs.leftRight) changes it"
    }
}

/// A review: what would change, what is wrong, and two buttons.
enum ReviewView {
    static func widget(
        _ review: ReviewDialog,
        _ model: ConsoleModel,
        width: Int,
        _ glyphs: Glyphs
    ) -> DialogWidget {
        var widget = DialogWidget(
            title: "Review",
            body: lines(review, model, glyphs).flatMap { line in
                LineWrap.wrapped(line.text, width: width).map {
                    StyledLine($0, style: line.style)
                }
            },
            buttons: review.buttons.map(\.label),
            focusedButton: review.buttons.firstIndex(of: review.focus) ?? 0,
            isDangerous: review.confirmation != nil
        )
        widget.scrollOffset = min(review.scroll, max(widget.body.count - 1, 0))
        return widget
    }

    private static func lines(
        _ review: ReviewDialog,
        _ model: ConsoleModel,
        _ glyphs: Glyphs
    ) -> [StyledLine] {
        var lines = [StyledLine(review.title, style: Style.text.bold)]
        if review.change.hasBase {
            lines.append(StyledLine("On rev \(review.base)", style: .muted))
        }
        if let reason = review.reason {
            lines.append(StyledLine("Reason: \(reason)", style: .muted))
        }
        if review.preview == .loading {
            lines.append(StyledLine("Asking the server what it would do.", style: .pending))
        } else if review.lines.isEmpty, review.problems.isEmpty {
            lines.append(StyledLine("Nothing would change.", style: .warn))
        }
        lines += review.lines.map { ChangeLine(change: $0).styled(glyphs) }
        lines += review.change.notes.map { StyledLine("  \($0)", style: .pending) }
        lines += review.problems.map { problem in
            let place = problem.path.isEmpty ? "" : "\(problem.path): "
            return StyledLine("\(glyphs.cross) \(place)\(problem.message)", style: .error)
        }
        return lines + warnings(review, model, glyphs)
    }

    private static func warnings(
        _ review: ReviewDialog,
        _ model: ConsoleModel,
        _ glyphs: Glyphs
    ) -> [StyledLine] {
        var lines: [StyledLine] = []
        if review.closesAllowlist(of: model.policy?.document) {
            let text = "From now on only the addresses of the allowlist come in."
            lines.append(StyledLine("\(glyphs.warning) \(text)", style: .warn))
        }
        if let overtaking = review.overtaking {
            let words = overtaking.words ?? "rev \(overtaking.number) came first"
            let text = "\(words). This review is out of date: review again."
            lines.append(StyledLine("\(glyphs.warning) \(text)", style: .warn))
        }
        if let confirmation = review.confirmation {
            lines.append(StyledLine(confirmation.warning, style: .error))
            lines.append(StyledLine("Type \(confirmation.word) to go on:", style: .error))
            lines.append(StyledLine("> \(review.typedWord.text)_", style: .accent))
        }
        if review.isCommitting {
            lines.append(StyledLine("\(glyphs.clock) Committing", style: .pending))
        }
        return lines
    }
}

extension ReviewDialog {
    /// Whether the edit turns "everyone" into "only these".
    fileprivate func closesAllowlist(of document: PolicyDocument?) -> Bool {
        guard case .edit(.addEntry(.allowlist, _)) = change else { return false }
        return document?.allowlist.isEmpty == true
    }
}

extension ReviewDialog.Button {
    fileprivate var label: String {
        switch self {
        case .cancel: "Cancel"
        case .commit: "Commit"
        case .stage: "Stage"
        case .discard: "Discard all"
        case .reviewAgain: "Review again"
        }
    }
}

/// A fresh key: masked until it is asked for.
enum SecretView {
    static func widget(_ secret: SecretDialog, width: Int, _ glyphs: Glyphs) -> DialogWidget {
        DialogWidget(
            title: "New secret of key \(secret.id)",
            body: lines(secret, glyphs).flatMap { line in
                LineWrap.wrapped(line.text, width: width).map {
                    StyledLine($0, style: line.style)
                }
            },
            buttons: secret.isClosing
                ? ["Not yet", "I have stored it"]
                : ["Enter: close"],
            focusedButton: secret.isClosing && secret.isStoredFocused ? 1 : 0
        )
    }

    private static func lines(_ secret: SecretDialog, _ glyphs: Glyphs) -> [StyledLine] {
        let shown =
            secret.isRevealed ? secret.secret.revealed() : secret.masked(with: glyphs.mask)
        var lines = [
            StyledLine("Shown once, and kept nowhere but in your hands.", style: .warn),
            StyledLine(shown, style: Style.accent.bold),
        ]
        if let end = secret.oldSecretRetires {
            let zone = TextFormat.current.zone.label(at: end)
            let text = "The old secret works until \(TimeText.date(end)) \(zone)."
            lines.append(StyledLine(text, style: .pending))
        }
        lines.append(StyledLine(secret.outcome, style: .muted))
        if secret.wasSent {
            lines.append(
                StyledLine(
                    "Sent to the terminal's clipboard; only the terminal knows whether it"
                        + " arrived (tmux needs set-clipboard on).",
                    style: .info
                )
            )
        }
        if secret.isClosing {
            lines.append(StyledLine("Have you stored it? It cannot be shown again.", style: .warn))
        } else {
            let verb = secret.isRevealed ? "hide" : "reveal for 10 s"
            lines.append(StyledLine("r: \(verb), y: send to the clipboard", style: .key))
        }
        return lines
    }
}

/// Everything about one row.
enum DetailView {
    static func widget(_ detail: DetailDialog, _ model: ConsoleModel, width: Int) -> DialogWidget {
        var widget = DialogWidget(
            title: detail.entity.name,
            body: DetailLines.styled(model.detail(of: detail.entity), width: width)
                + actions(on: detail.entity, model),
            buttons: ["Enter: close"]
        )
        widget.scrollOffset = detail.scroll
        return widget
    }

    /// The keys that act on the row from here.
    private static func actions(on entity: Entity, _ model: ConsoleModel) -> [StyledLine] {
        guard model.table.selected == entity, !model.options.isReadOnly else { return [] }
        let words = model.bindings
            .filter { $0.action.isEdit && $0.action != .undo && $0.hint != nil }
            .map { "\($0.keyText) \($0.hint ?? "")" }
        return words.isEmpty ? [] : [StyledLine(words.joined(separator: "  "), style: .key)]
    }
}

/// The keys of the screen.
enum HelpView {
    static func draw(
        _ help: HelpDialog,
        _ model: ConsoleModel,
        into frame: inout Frame,
        in area: Rectangle,
        glyphs: Glyphs
    ) {
        let bindings = help.bindings(among: model.bindings)
        let box = area.centered(width: 56, height: min(bindings.count + 4, area.height))
        frame.fill(box)
        frame.cursor = nil
        let title = "Keys of \(model.screen.title): type to filter, Enter runs"
        frame.drawBox(box, title: title, style: .borderFocused, glyphs: glyphs)
        let inside = box.inset(columns: 2, rows: 1)
        let (field, list) = inside.split(top: 1)
        help.filter.draw(into: &frame, in: field, isFocused: true, glyphs: glyphs)
        let page = max(list.height, 1)
        let first = help.index / page * page
        for (line, binding) in bindings.dropFirst(first).prefix(page).enumerated() {
            let place = list.split(top: line).rest.split(top: 1).top
            let (key, words) = place.split(left: 7)
            frame.write(binding.keyText, in: key, style: .key, glyphs: glyphs)
            frame.write(binding.title, in: words, glyphs: glyphs)
            if first + line == help.index {
                frame.restyle(place, style: .selection)
            }
        }
    }
}
