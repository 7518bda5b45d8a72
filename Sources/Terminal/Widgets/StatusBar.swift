/// A piece of a status bar.
package struct StatusSegment: Equatable, Sendable {
    package var text: String
    package var style: Style
    /// When room is short the highest number goes first; 0 always stays.
    package var priority: Int

    package init(_ text: String, style: Style = .text, priority: Int = 0) {
        self.text = text
        self.style = style
        self.priority = priority
    }
}

/// One row with pieces from both edges.
package struct StatusBar: Equatable, Sendable {
    package var leading: [StatusSegment]
    package var trailing: [StatusSegment]
    /// Blank columns between neighbours.
    package var gapColumns: Int
    package var background: Style

    package init(
        leading: [StatusSegment],
        trailing: [StatusSegment] = [],
        gapColumns: Int = 2,
        background: Style = .text
    ) {
        self.leading = leading
        self.trailing = trailing
        self.gapColumns = gapColumns
        self.background = background
    }

    /// Draws into the area's first row.
    package func draw(into frame: inout Frame, in area: Rectangle, glyphs: Glyphs = .unicode) {
        let line = area.split(top: 1).top
        guard !line.isEmpty else { return }
        frame.fill(line, style: background)
        let fitted = fitting(width: line.width)
        let trailingWidth = fitted.width(of: fitted.trailing)
        let reserved = trailingWidth == 0 ? 0 : trailingWidth + gapColumns
        fitted.draw(
            fitted.leading,
            into: &frame,
            in: line.split(right: min(reserved, line.width)).rest,
            glyphs: glyphs
        )
        fitted.draw(
            fitted.trailing,
            into: &frame,
            in: line.split(right: trailingWidth).right,
            glyphs: glyphs
        )
    }

    private func draw(
        _ segments: [StatusSegment],
        into frame: inout Frame,
        in area: Rectangle,
        glyphs: Glyphs
    ) {
        var rest = area
        for segment in segments {
            let text = SafeText.truncated(segment.text, to: rest.width, glyphs: glyphs)
            let used = frame.write(
                text,
                column: rest.column,
                row: rest.row,
                style: segment.style,
                width: rest.width
            )
            rest = rest.split(left: used + gapColumns).rest
        }
    }

    /// The bar without the pieces that there is no room for.
    private func fitting(width: Int) -> StatusBar {
        var bar = self
        while bar.width(of: bar.leading + bar.trailing) > width {
            let worst = (bar.leading + bar.trailing).map(\.priority).max() ?? 0
            guard worst > 0 else { break }
            if let index = bar.trailing.lastIndex(where: { $0.priority == worst }) {
                bar.trailing.remove(at: index)
            } else if let index = bar.leading.lastIndex(where: { $0.priority == worst }) {
                bar.leading.remove(at: index)
            }
        }
        return bar
    }

    private func width(of segments: [StatusSegment]) -> Int {
        guard !segments.isEmpty else { return 0 }
        return segments.reduce(gapColumns * (segments.count - 1)) {
            $0 + SafeText.width(of: $1.text)
        }
    }
}
