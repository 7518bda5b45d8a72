import Admin
import Policy
import Terminal

/// Everything that can happen to the console.
enum ConsoleMessage: Equatable, Sendable {
    case started(Moment)
    case keyPressed(Key, Moment)
    case pasted(String, Moment)
    case mouse(MouseAction, Moment)
    case resized(TerminalSize)
    case backgroundTold(isLight: Bool)
    /// Once a second.
    case ticked(Moment)
    /// The terminal came back after the shell had it.
    case resumed(Moment)

    case connected(ServerFacts, attempt: Int, Moment)
    case received(AdminUpdate, attempt: Int, Moment)
    case disconnected(AdminError, attempt: Int, Moment)

    case statusLoaded(GateStatus)
    case policyLoaded(PolicyRevision)
    case bansLoaded([BanRecord])
    case toolsLoaded([ToolStanding])
    case revisionsLoaded([RevisionSummary])
    case compared(ComparisonDialog.Outcome, Comparison)
    case previewed(EditPreview, ticket: Int, Moment)
    case previewFailed(AdminError, ticket: Int, Moment)
    case committed(CommitResult, ticket: Int, Moment)
    case commitFailed(AdminError, ticket: Int, Moment)
    /// The secret on display went to the terminal's clipboard.
    case secretSent
    case textSent(String)
    case themeUsed(String)
    case themesChanged([String])
    /// Something that was asked for is done.
    case done(String)
    case failed(String)
}

/// What came of a commit.
enum CommitResult: Equatable, Sendable {
    case edited(EditOutcome)
    case banned(BanOutcome)
    case unbanned(BanOutcome)
    case issued(IssuedKey)
    case approved(ToolStanding)
}
