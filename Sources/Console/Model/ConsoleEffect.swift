import Policy

/// Work for the runtime; its outcome comes back as a message.
enum ConsoleEffect: Equatable, Sendable {
    /// Ends the connection there is and makes another; the attempt's number is on its messages.
    case connect(attempt: Int, cursor: UInt64?)
    case loadStatus
    case loadPolicy
    case loadBans
    case loadTools
    case loadRevisions
    case compare(Comparison)
    case preview(PolicyEdit, ticket: Int)
    case previewRollBack(to: RevisionNumber, ticket: Int)
    /// Only a review makes one.
    case commit(Change, base: RevisionNumber, reason: String?, ticket: Int)
    /// Hands a fresh key to the terminal's clipboard, and to nothing else.
    case copySecret(Secret)
    case copyText(String)
    case useTheme(String)
    case useMouse(Bool)
    case saveSettings(ConsoleSettings)
    case export(ExportRequest)
    case redraw
    case suspend
    case quit
}
