import Policy
import Terminal

/// What changed from one revision to another, as a dialog.
enum ComparisonView {
    static func widget(
        _ dialog: ComparisonDialog,
        width: Int,
        _ glyphs: Glyphs
    ) -> DialogWidget {
        let comparison = dialog.comparison
        var widget = DialogWidget(
            title: "From rev \(comparison.older) to rev \(comparison.newer)",
            body: lines(dialog.outcome, glyphs).flatMap { line in
                LineWrap.wrapped(line.text, width: width).map {
                    StyledLine($0, style: line.style)
                }
            },
            buttons: ["Enter: close"]
        )
        widget.scrollOffset = min(dialog.scroll, max(widget.body.count - 1, 0))
        return widget
    }

    private static func lines(
        _ outcome: ComparisonDialog.Outcome,
        _ glyphs: Glyphs
    ) -> [StyledLine] {
        switch outcome {
        case .loading: [StyledLine("Asking the server for both.", style: .pending)]
        case .ready([]): [StyledLine("Nothing changed.", style: .muted)]
        case .ready(let changes): changes.map { ChangeLine(change: $0).styled(glyphs) }
        case .failed(let words): [StyledLine("\(glyphs.cross) \(words)", style: .error)]
        }
    }
}
