/// What a key of the main screens does.
enum Action: Equatable, Sendable {
    case moveDown
    case moveUp
    case moveToFirst
    case moveToLast
    case pageDown
    case pageUp
    case halfPageDown
    case halfPageUp
    case nextScreen
    case previousScreen
    case lastScreen
    case go(ScreenName)
    case openDetail
    case filter
    case command
    case help
    case clear
    case chooseSort
    case sortNext
    case sortPrevious
    case reverseSort
    case add
    case edit
    case remove
    case ban
    case rotate
    case rollBack
    case access
    case lockdown
    case undo
    case commitStaged
    case mark
    case compare
    case check
    case copy
    case freeze
    case refresh
    case redraw
    case settings
    case suspend
    case back
    case quit

    /// Whether it leads to a change of the gate.
    var isEdit: Bool {
        switch self {
        case .add, .edit, .remove, .ban, .rotate, .rollBack, .access, .lockdown,
            .undo, .commitStaged:
            true
        default: false
        }
    }
}
