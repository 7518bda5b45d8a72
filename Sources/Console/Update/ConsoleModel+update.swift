import Admin
import Policy
import Telemetry
import Terminal

extension ConsoleModel {
    /// Takes in what happened and says what must be done; touches nothing else.
    mutating func update(_ message: ConsoleMessage) -> [ConsoleEffect] {
        TextFormat.$current.withValue(options.settings.format) {
            let effects = react(to: message)
            if message.canMoveRows {
                reconcileSelection()
            }
            return effects
        }
    }

    private mutating func react(to message: ConsoleMessage) -> [ConsoleEffect] {
        switch message {
        case .started(let moment):
            now = moment
            return [.connect(attempt: connection.attempt, cursor: nil)]
        case .keyPressed(let key, let moment):
            now = moment
            return press(key)
        case .pasted(let text, let moment):
            now = moment
            paste(text)
            return []
        case .resized(let newSize):
            size = newSize
            return []
        case .ticked(let moment):
            now = moment
            return tick()
        case .resumed(let moment):
            now = moment
            // Also after a stop signal, which is not told before the terminal is given up.
            forgetSecret(because: "the console was suspended")
            return [.redraw]
        case .connected, .received, .disconnected:
            return hear(message)
        case .statusLoaded(let loaded):
            status = loaded
            return []
        case .policyLoaded(let loaded):
            take(loaded)
            return []
        case .bansLoaded(let loaded):
            bans = loaded
            return []
        case .toolsLoaded(let loaded):
            tools = loaded
            return []
        case .revisionsLoaded(let loaded):
            revisions = loaded
            return []
        case .compared(let outcome, let comparison):
            take(outcome, of: comparison)
            return []
        case .previewed, .previewFailed, .committed, .commitFailed:
            return answer(message)
        case .secretSent:
            if case .secret(var secret) = dialog {
                secret.wasSent = true
                open?.dialog = .secret(secret)
            }
            return []
        case .textSent(let text):
            say(.info, "\(text) was sent to the terminal's clipboard.")
            return []
        case .failed(let words):
            say(.failure, words)
            return []
        case .mouse, .backgroundTold, .themesChanged, .themeUsed, .done:
            return adapt(to: message)
        }
    }

    /// What concerns this console and its terminal only.
    private mutating func adapt(to message: ConsoleMessage) -> [ConsoleEffect] {
        switch message {
        case .mouse(let mouse, let moment):
            now = moment
            return follow(mouse)
        case .backgroundTold(let isLight): return learn(isBackgroundLight: isLight)
        case .themesChanged(let names): return adopt(themes: names)
        case .themeUsed(let name): say(.info, "Theme \(name).")
        case .done(let words): say(.good, words)
        default: break
        }
        return []
    }

    private mutating func tick() -> [ConsoleEffect] {
        if case .secret(var secret) = dialog, let revealed = secret.revealedAt,
            now.seconds(since: revealed) >= SecretDialog.revealSeconds
        {
            secret.revealedAt = nil
            open?.dialog = .secret(secret)
        }
        return keepConnected()
    }

    /// Puts the selection of the screen in view on the row that it stands for.
    mutating func reconcileSelection() {
        var state = table
        state.reconcile(with: rows)
        table = state
    }

    private mutating func paste(_ text: String) {
        if prompt != nil {
            editPrompt { $0.insert(text) }
            return
        }
        switch dialog {
        case .form(var form):
            if form.focused.isChoice {
                refuseTyping(in: form.focused)
            } else {
                form.editFocused { $0.input.insert(text) }
                open?.dialog = .form(form)
            }
        case .help(var help):
            help.filter.insert(text)
            help.index = 0
            open?.dialog = .help(help)
        case .review(var review) where review.confirmation != nil:
            review.typedWord.insert(text)
            open?.dialog = .review(review)
        default:
            say(.warning, "Pasted text was discarded: no field is open.")
        }
    }
}

extension ConsoleMessage {
    /// Whether the rows of a table can have changed.
    fileprivate var canMoveRows: Bool {
        switch self {
        case .resized, .resumed, .ticked, .themeUsed, .failed, .secretSent, .textSent,
            .backgroundTold, .themesChanged, .done:
            false
        case .received(.event, _, _): false
        default: true
        }
    }
}
