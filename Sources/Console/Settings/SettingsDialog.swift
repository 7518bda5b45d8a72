import Terminal

/// The settings of this console; what is chosen shows at once.
struct SettingsDialog: Equatable, Sendable {
    enum Row: CaseIterable {
        case theme
        case timeZone
        case numbers
        case refresh
        case mouse

        var title: String {
            switch self {
            case .theme: "Theme"
            case .timeZone: "Time zone"
            case .numbers: "Numbers"
            case .refresh: "Refresh"
            case .mouse: "Mouse"
            }
        }
    }

    /// What held when it was opened, and holds again after Esc.
    let original: ConsoleSettings
    var row = Row.theme

    mutating func moveFocus(by step: Int) {
        let rows = Row.allCases
        let index = (rows.firstIndex(of: row) ?? 0) + step
        row = rows[min(max(index, 0), rows.count - 1)]
    }

    /// The value of a row in words.
    func words(of row: Row, in model: ConsoleModel) -> String {
        let settings = model.options.settings
        return switch row {
        case .theme: model.themeName
        case .timeZone: settings.format.zone.name
        case .numbers: settings.format.numbers == .short ? "12.3k" : "12345"
        case .refresh: "every \(settings.refreshSeconds) s"
        case .mouse: settings.usesMouse ? "on" : "off"
        }
    }
}

extension ConsoleModel {
    private static let refreshChoices = [1, 2, 5, 10, 30, 60]

    var keyMap: KeyMap { options.settings.keyMap }

    /// The keys of the screen in view that lead somewhere.
    var bindings: [Binding] {
        keyMap.all(on: screen).filter {
            !$0.keys.isEmpty && !(options.isReadOnly && $0.action.isEdit)
        }
    }

    /// The theme on the background there is.
    var themeName: String {
        options.settings.theme.name(isLight: isBackgroundLight)
    }

    mutating func openSettings() {
        show(.settings(SettingsDialog(original: options.settings)))
    }

    mutating func press(_ key: Key, in settings: SettingsDialog) -> [ConsoleEffect] {
        var settings = settings
        switch key {
        case .escape:
            open = nil
            return use(settings.original)
        case .enter, .character("q"):
            open = nil
            return []
        case .character("w"):
            open = nil
            return [.saveSettings(options.settings)]
        case .down, .tab, .character("j"): settings.moveFocus(by: 1)
        case .up, .backTab, .character("k"): settings.moveFocus(by: -1)
        case .left, .character("h"): return choose(settings.row, by: -1)
        case .right, .character("l"), .character(" "): return choose(settings.row, by: 1)
        default: return []
        }
        open?.dialog = .settings(settings)
        return []
    }

    /// Takes the next value of a row, and uses it.
    private mutating func choose(_ row: SettingsDialog.Row, by step: Int) -> [ConsoleEffect] {
        var changed = options.settings
        switch row {
        case .theme:
            let name = options.themeNames.following(themeName, by: step)
            changed.theme = ThemePreference(name ?? themeName)
        case .timeZone:
            let zones = [DisplayZone.utc, .local, zoneOfOpening].compactMap { $0 }
            changed.format.zone = zones.following(changed.format.zone, by: step) ?? .utc
        case .numbers:
            let choices = TextFormat.Numbers.allCases
            changed.format.numbers = choices.following(changed.format.numbers, by: step) ?? .short
        case .refresh:
            let next = Self.refreshChoices.following(changed.refreshSeconds, by: step)
            changed.refreshSeconds = next ?? 1
        case .mouse: changed.usesMouse.toggle()
        }
        return use(changed)
    }

    /// A zone that the settings file named, which the picker must be able to return to.
    private var zoneOfOpening: DisplayZone? {
        guard case .settings(let settings) = dialog else { return nil }
        let zone = settings.original.format.zone
        return zone == .utc || zone == .local ? nil : zone
    }

    /// One theme for every background, until the settings are read again.
    mutating func choose(theme name: String) -> [ConsoleEffect] {
        options.settings.theme = ThemePreference(name)
        return [.useTheme(name)]
    }

    /// Puts settings in force.
    mutating func use(_ settings: ConsoleSettings) -> [ConsoleEffect] {
        let before = (theme: themeName, mouse: options.settings.usesMouse)
        options.settings = settings
        var effects: [ConsoleEffect] = []
        if themeName != before.theme { effects.append(.useTheme(themeName)) }
        if settings.usesMouse != before.mouse { effects.append(.useMouse(settings.usesMouse)) }
        return effects
    }

    /// The terminal told its background; a theme that was chosen for every background stays.
    mutating func learn(isBackgroundLight isLight: Bool) -> [ConsoleEffect] {
        let before = themeName
        isBackgroundLight = isLight
        return themeName == before ? [] : [.useTheme(themeName)]
    }

    /// Theme files changed: the list is new, and the theme in use may look different.
    mutating func adopt(themes names: [String]) -> [ConsoleEffect] {
        options.themeNames = names
        return names.contains(themeName) ? [.useTheme(themeName)] : []
    }
}

extension Array where Element: Equatable {
    /// The element `step` places after another, round and round; the first when that is not there.
    fileprivate func following(_ element: Element, by step: Int) -> Element? {
        guard let index = firstIndex(of: element) else { return first }
        return self[(index + step + count) % count]
    }
}
