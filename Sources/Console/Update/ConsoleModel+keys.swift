import Policy
import Terminal

/// Keys: first to what lies on top, then to the screen.
extension ConsoleModel {
    mutating func press(_ key: Key) -> [ConsoleEffect] {
        switch key {
        case .control("z"):
            forgetSecret(because: "the console was suspended")
            return [.suspend]
        case .control("l"):
            return [.redraw]
        case .function(10):
            return quit()
        default:
            break
        }
        if let open {
            // Nothing is decided that cannot be read.
            let isUnseen = open.dialog.isDecision && ScreenLayout(size: size).isTooSmall
            let isIgnored = open.isGuarded(at: now) || isUnseen && key != .escape
            return isIgnored ? [] : press(key, in: open.dialog)
        }
        if prompt != nil { return pressInPrompt(key) }
        if isSortPending {
            isSortPending = false
            sort(byLetterOf: key)
            return []
        }
        guard let action = keyMap.action(for: key, on: screen) else { return [] }
        notice = nil
        if action != .back, action != .quit { isLeavingAsked = false }
        return run(action)
    }

    /// Runs an action on the row that is selected now; nothing later can change which that is.
    mutating func run(_ action: Action) -> [ConsoleEffect] {
        if action.isEdit { return runEdit(action) }
        switch action {
        case .moveDown, .moveUp, .moveToFirst, .moveToLast, .pageDown, .pageUp, .halfPageDown,
            .halfPageUp:
            move(action)
        case .nextScreen: return go(to: screen.following(by: 1))
        case .previousScreen: return go(to: screen.following(by: -1))
        case .lastScreen: return go(to: previousScreen)
        case .go(let target): return go(to: target)
        case .openDetail: openDetail()
        case .filter: prompt = Prompt(kind: .filter, input: TextField(table.filter))
        case .command: prompt = Prompt(kind: .command, input: TextField())
        case .help: show(.help(HelpDialog()))
        case .clear: table.filter = ""
        case .chooseSort: beginSort()
        case .sortNext: shiftSort(by: 1)
        case .sortPrevious: shiftSort(by: -1)
        case .reverseSort: table.isDescending = !table.isDescending(in: content)
        case .freeze: toggleFreeze()
        case .check: prompt = Prompt(kind: .command, input: TextField("check "))
        case .mark, .compare: return runOnRevision(action)
        case .copy: return copySelected()
        case .refresh: return reconnect()
        case .redraw: return [.redraw]
        case .settings: openSettings()
        case .suspend: return [.suspend]
        case .back, .quit: return quit()
        case .add, .edit, .remove, .ban, .rotate, .rollBack, .access, .lockdown, .undo,
            .commitStaged:
            break
        }
        return []
    }

    /// Ends the console; what is staged would be lost with it, so that is asked about once.
    mutating func quit() -> [ConsoleEffect] {
        guard staging.isEmpty || isLeavingAsked else {
            isLeavingAsked = true
            let words = "\(staging.count) staged changes would be lost"
            say(.warning, "\(words): c commits them, once more q leaves.")
            return []
        }
        open = nil
        isOver = true
        return [.quit]
    }

    mutating func go(to target: ScreenName) -> [ConsoleEffect] {
        guard target != screen else { return [] }
        previousScreen = screen
        screen = target
        reconcileSelection()
        return loading(target)
    }

    /// What a screen shows besides what the server tells by itself.
    func loading(_ screen: ScreenName) -> [ConsoleEffect] {
        switch screen {
        case .tools: [.loadTools]
        case .upstreams: [.loadStatus, .loadTools]
        case .revisions: [.loadRevisions]
        default: []
        }
    }

    private mutating func runOnRevision(_ action: Action) -> [ConsoleEffect] {
        guard case .revision(let number) = selectedOrNotice() else { return [] }
        guard action == .mark else { return beginComparison(of: number) }
        toggleMark(of: number)
        return []
    }

    private mutating func move(_ action: Action) {
        let rows = rows
        let page = max(ScreenLayout(size: size).tableRows(on: screen), 1)
        var state = table
        switch action {
        case .moveDown: state.move(by: 1, in: rows)
        case .moveUp: state.move(by: -1, in: rows)
        case .moveToFirst: state.move(by: -rows.count, in: rows)
        case .moveToLast: state.move(by: rows.count, in: rows)
        case .pageDown: state.move(by: page, in: rows)
        case .pageUp: state.move(by: -page, in: rows)
        case .halfPageDown: state.move(by: max(page / 2, 1), in: rows)
        default: state.move(by: -max(page / 2, 1), in: rows)
        }
        table = state
    }

    private mutating func openDetail() {
        guard let entity = selectedOrNotice() else { return }
        show(.detail(DetailDialog(entity: entity)))
    }

    /// The selected entity; says why there is none.
    mutating func selectedOrNotice() -> Entity? {
        if let selected = table.selected { return selected }
        if case .vanished(let name) = table.selection {
            say(.warning, "\(name) left the table: move to choose another row.")
        } else {
            say(.info, "There is no row to act on.")
        }
        return nil
    }

    private mutating func copySelected() -> [ConsoleEffect] {
        guard let entity = selectedOrNotice() else { return [] }
        return [.copyText(entity.name)]
    }

    private mutating func toggleFreeze() {
        guard frozen == nil else {
            frozen = nil
            return
        }
        frozen = FrozenDisplay(telemetry: telemetry, events: events, since: now.monotonic)
    }

    // MARK: Sorting

    private mutating func beginSort() {
        let letters = content.columns.map { "\($0.letter):\($0.layout.title.lowercased())" }
        isSortPending = true
        say(.info, "Sort by " + letters.joined(separator: " "))
    }

    private mutating func sort(byLetterOf key: Key) {
        notice = nil
        guard case .character(let letter) = key,
            let column = content.columns.first(where: { $0.letter == letter })
        else { return }
        sort(by: column.name)
    }

    private mutating func sort(by name: String) {
        table.sortColumn = name
        table.isDescending = nil
    }

    private mutating func shiftSort(by step: Int) {
        let content = content
        let names = content.columns.map(\.name)
        guard !names.isEmpty else { return }
        let current = names.firstIndex(of: table.sortColumn ?? content.defaultSort ?? "")
        let next = current.map { ($0 + step + names.count) % names.count } ?? 0
        sort(by: names[next])
    }
}
