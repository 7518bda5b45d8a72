import Terminal

/// Which part of the console goes where at a given size.
///
/// What goes first when the terminal shrinks: the detail pane, the hints, the rates, the tabs.
/// Below 40 columns or 8 rows one status line is left.
struct ScreenLayout: Equatable {
    static let columnsMin = 40
    static let rowsMin = 8

    let isTooSmall: Bool
    let header: Rectangle
    let rates: Rectangle
    let tabs: Rectangle
    let body: Rectangle
    /// Beside the tables of a wide terminal; empty otherwise.
    let detail: Rectangle
    let message: Rectangle
    let hints: Rectangle

    init(size: TerminalSize) {
        isTooSmall = size.columns < Self.columnsMin || size.rows < Self.rowsMin
        let top = size.bounds.split(top: 1)
        header = top.top
        let ratesSplit = top.rest.split(top: size.rows >= 12 ? 1 : 0)
        rates = ratesSplit.top
        let tabsSplit = ratesSplit.rest.split(top: size.rows >= 10 ? 1 : 0)
        tabs = tabsSplit.top
        let hintsSplit = tabsSplit.rest.split(bottom: size.rows >= 14 ? 1 : 0)
        hints = hintsSplit.bottom
        let messageSplit = hintsSplit.rest.split(bottom: 1)
        message = messageSplit.bottom
        let pane = messageSplit.rest.split(right: Self.detailColumns(of: size))
        body = pane.rest
        detail = pane.right
    }

    private static func detailColumns(of size: TerminalSize) -> Int {
        switch size.columns {
        case ..<120: 0
        case ..<180: 40
        default: 72
        }
    }

    /// How many rows of its table the screen shows.
    func tableRows(on screen: ScreenName) -> Int {
        max(tableArea(on: screen).height - 1, 0)
    }

    /// The table with its header, below the screen's title and summary.
    func tableArea(on screen: ScreenName) -> Rectangle {
        switch screen {
        case .overview: OverviewLayout(body: body).clients.split(top: 1).rest
        default: body.split(top: 1 + screen.summaryRows).rest
        }
    }
}

/// The parts of the first screen.
struct OverviewLayout: Equatable {
    let charts: Rectangle
    let figures: Rectangle
    let clients: Rectangle
    let events: Rectangle

    init(body: Rectangle) {
        // Two rows of curve, six where there is plenty; none where the tables need the room.
        let chartRows = body.height >= 30 ? 7 : body.height >= 16 ? 3 : 0
        let chartSplit = body.split(top: chartRows)
        charts = chartSplit.top
        let figureSplit = chartSplit.rest.split(top: body.height >= 12 ? 2 : 0)
        figures = figureSplit.top
        let rest = figureSplit.rest
        let clientSplit = rest.split(top: rest.height >= 8 ? rest.height / 2 : rest.height)
        clients = clientSplit.top
        events = clientSplit.rest
    }
}
