import Policy
import Terminal

/// What lies over the screen; at most one.
enum Dialog: Equatable, Sendable {
    case form(FormDialog)
    case review(ReviewDialog)
    case secret(SecretDialog)
    case detail(DetailDialog)
    case comparison(ComparisonDialog)
    case help(HelpDialog)
    case settings(SettingsDialog)

    /// Whether a stray key could decide something here.
    var isDecision: Bool {
        switch self {
        case .review, .secret: true
        case .form, .detail, .comparison, .help, .settings: false
        }
    }
}

/// A dialog and since when a decision in it counts.
struct OpenDialog: Equatable, Sendable {
    /// Keys already on their way when a decision appears must not take it.
    static let guardMilliseconds: Int64 = 250

    var dialog: Dialog
    var opened: MonotonicTime

    func isGuarded(at now: Moment) -> Bool {
        dialog.isDecision && now.milliseconds(since: opened) < Self.guardMilliseconds
    }
}

/// Everything known about one row.
struct DetailDialog: Equatable, Sendable {
    var entity: Entity
    /// The first line shown.
    var scroll = 0
}

/// The keys of the screen, filtered by typing; Enter runs the chosen one.
struct HelpDialog: Equatable, Sendable {
    var filter = TextField()
    var index = 0
}
