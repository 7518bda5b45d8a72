/// A curve of the latest values, the newest at the right edge.
package struct SparklineWidget: Equatable, Sendable {
    package var values: [Double]
    /// The value that fills the whole height; nil takes the largest value shown.
    package var maximum: Double?
    package var style: Style

    package init(values: [Double], maximum: Double? = nil, style: Style = .accent) {
        self.values = values
        self.maximum = maximum
        self.style = style
    }

    /// Draws over the whole area; each row adds eight levels.
    package func draw(into frame: inout Frame, in area: Rectangle, glyphs: Glyphs = .unicode) {
        guard !area.isEmpty else { return }
        frame.fill(area, style: style)
        let shown = values.suffix(area.width)
        let top = maximum ?? shown.filter(\.isFinite).max() ?? 0
        let firstColumn = area.endColumn - shown.count
        for (index, value) in shown.enumerated() {
            let eighths = SparklineWidget.eighths(of: value, top: top, height: area.height)
            drawColumn(eighths, at: firstColumn + index, in: area, frame: &frame, glyphs: glyphs)
        }
    }

    private func drawColumn(
        _ eighths: Int,
        at column: Int,
        in area: Rectangle,
        frame: inout Frame,
        glyphs: Glyphs
    ) {
        let levels = glyphs.levels
        for line in 0..<area.height {
            let filled = min(eighths - line * levels.count, levels.count)
            guard filled > 0 else { return }
            let row = area.endRow - 1 - line
            frame.write(String(levels[filled - 1]), column: column, row: row, style: style)
        }
    }

    /// A value above nothing shows at least one eighth, so that rare events are seen.
    private static func eighths(of value: Double, top: Double, height: Int) -> Int {
        guard value.isFinite, top.isFinite, value > 0, top > 0 else { return 0 }
        let share = min(value / top, 1)
        return max(Int((share * Double(height * 8)).rounded()), 1)
    }
}
