import Policy
import Terminal

/// Draws the console; decides nothing.
enum ConsoleView {
    static func frame(_ model: ConsoleModel, size: TerminalSize, glyphs: Glyphs) -> Frame {
        TextFormat.$current.withValue(model.options.settings.format) {
            drawn(model, size: size, glyphs: glyphs)
        }
    }

    private static func drawn(
        _ model: ConsoleModel,
        size: TerminalSize,
        glyphs: Glyphs
    ) -> Frame {
        var frame = Frame(size: size)
        let layout = ScreenLayout(size: size)
        guard !layout.isTooSmall else {
            StatusLine.draw(model, into: &frame, glyphs: glyphs)
            return frame
        }
        HeaderView.draw(model, into: &frame, layout: layout, glyphs: glyphs)
        drawBody(model, into: &frame, layout: layout, glyphs: glyphs)
        drawDetailPane(model, into: &frame, layout: layout, glyphs: glyphs)
        FooterView.draw(model, into: &frame, layout: layout, glyphs: glyphs)
        DialogView.draw(model, into: &frame, layout: layout, glyphs: glyphs)
        return frame
    }

    private static func drawBody(
        _ model: ConsoleModel,
        into frame: inout Frame,
        layout: ScreenLayout,
        glyphs: Glyphs
    ) {
        let shown = model.shownTable()
        switch model.screen {
        case .overview:
            OverviewView.draw(model, shown, into: &frame, layout: layout, glyphs: glyphs)
        default:
            let title = layout.body.split(top: 1)
            ScreenTitle.draw(model, shown, into: &frame, in: title.top, glyphs: glyphs)
            let summary = title.rest.split(top: model.screen.summaryRows).top
            DetailLines.draw(model.summary, into: &frame, in: summary, glyphs: glyphs)
            ScreenTable.draw(model, shown, into: &frame, layout: layout, glyphs: glyphs)
        }
    }

    private static func drawDetailPane(
        _ model: ConsoleModel,
        into frame: inout Frame,
        layout: ScreenLayout,
        glyphs: Glyphs
    ) {
        guard !layout.detail.isEmpty else { return }
        let entity = model.table.selected
        frame.drawBox(layout.detail, title: entity?.name ?? "Detail", glyphs: glyphs)
        guard let entity else { return }
        let inside = layout.detail.inset(columns: 2, rows: 1)
        let lines = model.detail(of: entity)
        DetailLines.draw(lines, into: &frame, in: inside, glyphs: glyphs)
    }
}

extension Mark {
    func sign(_ glyphs: Glyphs) -> String {
        switch self {
        case .good: glyphs.check
        case .warning: glyphs.warning
        case .failure: glyphs.cross
        case .info: glyphs.bullet
        case .pending: glyphs.clock
        }
    }
}
