import Admin
import Policy
import Telemetry
import Terminal

/// Everything the console knows and shows; equal models draw equal frames.
struct ConsoleModel: Equatable, Sendable {
    var options: ConsoleOptions
    var size: TerminalSize
    var now: Moment
    var connection = ConnectionState()

    // The last good data; it stays when the server goes.
    var status: GateStatus?
    var policy: PolicyRevision?
    var bans: [BanRecord] = []
    /// Loaded when their screens are opened; nil before.
    var tools: [ToolStanding]?
    var revisions: [RevisionSummary]?
    var telemetry: TelemetrySnapshot?
    var events = EventDigest()
    var frozen: FrozenDisplay?

    var screen = ScreenName.overview
    var previousScreen = ScreenName.clients
    var tables: [ScreenName: TableState] = [:]
    var prompt: Prompt?
    /// Command lines, oldest first, credentials masked.
    var history: [String] = []
    var isSortPending = false
    var staging = Staging()
    /// Whether leaving was asked for although something is staged.
    var isLeavingAsked = false
    /// The revision that others are compared with.
    var marked: RevisionNumber?
    /// Nil until the terminal has told it.
    var isBackgroundLight: Bool?
    /// When `telemetry` was taken in.
    var telemetryTaken: MonotonicTime?
    var open: OpenDialog?
    var notice: Notice?
    /// Of the latest review.
    var ticket = 0
    var isOver = false

    init(options: ConsoleOptions, size: TerminalSize, now: Moment) {
        self.options = options
        self.size = size
        self.now = now
    }

    /// What the live views draw: the newest, or what was there when the display was frozen.
    var displayed: TelemetrySnapshot? { frozen?.telemetry ?? telemetry }
    var displayedEvents: EventDigest { frozen?.events ?? events }

    /// Whether everyone is let in without a key; nil before the policy is known.
    var isAnonymous: Bool? {
        policy.map { !$0.document.authentication.isRequired }
            ?? status.map { !$0.isAuthenticationRequired }
    }

    /// Whether a snapshot came within the last second and a half, so that another is due.
    func isHeard(at moment: Moment) -> Bool {
        guard connection.phase == .live, let heard = connection.lastHeard else { return false }
        return telemetry != nil && moment.milliseconds(since: heard) < 1_500
    }

    var dialog: Dialog? { open?.dialog }

    var table: TableState {
        get { tables[screen] ?? TableState() }
        set { tables[screen] = newValue }
    }

    var content: ScreenContent { content(of: screen) }

    func content(of screen: ScreenName) -> ScreenContent {
        switch screen {
        case .overview: OverviewScreen.content(of: self)
        case .clients: ClientsScreen.content(of: self)
        case .blocked: BlockedScreen.content(of: self)
        case .authFailures: AuthFailuresScreen.content(of: self)
        case .accessLists: AccessListsScreen.content(of: self)
        case .limits: LimitsScreen.content(of: self)
        case .keys: KeysScreen.content(of: self)
        case .tools: ToolsScreen.content(of: self)
        case .upstreams: UpstreamsScreen.content(of: self)
        case .revisions: RevisionsScreen.content(of: self)
        }
    }

    /// What the whole screen comes to, in `summaryRows` lines.
    var summary: [DetailLine] {
        guard let document = policy?.document else { return [] }
        return switch screen {
        case .accessLists: AccessListsScreen.summary(of: document)
        case .tools: ToolsScreen.summary(of: document)
        default: []
        }
    }

    var rows: [ScreenRow] { table.filteredAndSorted(content) }

    /// The table of the screen in view; large policies make it worth keeping for a whole frame.
    func shownTable() -> ShownTable {
        let content = content
        return ShownTable(content: content, rows: table.filteredAndSorted(content))
    }

    func detail(of entity: Entity) -> [DetailLine] {
        switch entity {
        case .client(let address): ClientsScreen.detail(of: address, in: self)
        case .ban(let prefix): BlockedScreen.detail(ofBan: prefix, in: self)
        case .block(let subject, _): BlockedScreen.detail(ofBlock: subject, in: self)
        case .failure(let address, let reason):
            AuthFailuresScreen.detail(of: address, reason: reason, in: self)
        case .entry(let list, let prefix): AccessListsScreen.detail(of: prefix, list, in: self)
        case .listed(let prefix, let role): AccessListsScreen.detail(of: prefix, role)
        case .address(let prefix): AddressDetail.lines(of: prefix, in: self)
        case .setting(let setting): LimitsScreen.detail(of: setting, in: self)
        case .key(let id): KeysScreen.detail(of: id, in: self)
        case .tool(let name):
            ToolsScreen.detail(of: name, in: self) + ToolCallers.lines(of: name.tool, in: self)
        case .server(let name): UpstreamsScreen.detail(of: name, in: self)
        case .revision(let number): RevisionsScreen.detail(of: number, in: self)
        }
    }

    func key(_ id: KeyID) -> KeyRecord? {
        policy?.document.authentication.keys.first { $0.id == id }
    }

    func usage(of id: KeyID) -> KeyUsage? {
        telemetry?.keyUsage.first { $0.key == id }
    }

    mutating func show(_ dialog: Dialog) {
        open = OpenDialog(dialog: dialog, opened: now.monotonic)
    }

    mutating func say(_ tone: Notice.Tone, _ text: String) {
        notice = Notice(tone, text)
    }
}

/// What was on display when it was frozen.
struct FrozenDisplay: Equatable, Sendable {
    var telemetry: TelemetrySnapshot?
    var events: EventDigest
    var since: MonotonicTime
    /// Events that arrived since.
    var eventCount: UInt64 = 0
}

/// The line at the bottom that is being typed.
struct Prompt: Equatable, Sendable {
    enum Kind: Equatable, Sendable {
        case filter
        case command
    }

    var kind: Kind
    var input: TextField
    /// How far back in the history; nil for the line being typed.
    var historyIndex: Int?
    var completion: Completion?

    /// The text that completion started from, and which of its completions is shown.
    struct Completion: Equatable, Sendable {
        var stem: String
        var index: Int
    }
}
