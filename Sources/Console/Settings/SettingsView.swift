import Terminal

/// Draws the settings, with what the theme makes of the roles that matter most.
enum SettingsView {
    static func draw(
        _ settings: SettingsDialog,
        _ model: ConsoleModel,
        into frame: inout Frame,
        in area: Rectangle,
        glyphs: Glyphs
    ) {
        let rows = SettingsDialog.Row.allCases
        let box = area.centered(width: 56, height: min(rows.count + 6, area.height))
        frame.fill(box)
        frame.cursor = nil
        frame.drawBox(box, title: "Settings", style: .borderFocused, glyphs: glyphs)
        let inside = box.inset(columns: 2, rows: 1)
        for (index, row) in rows.enumerated() {
            let place = inside.split(top: index).rest.split(top: 1).top
            guard !place.isEmpty else { return }
            let (label, value) = place.split(left: 12)
            let words = settings.words(of: row, in: model)
            let isChosen = row == settings.row
            frame.write(row.title, in: label, style: .muted, glyphs: glyphs)
            let shown = isChosen ? "\(glyphs.leftRight) \(words)" : words
            frame.write(shown, in: value, style: isChosen ? .accent : .text, glyphs: glyphs)
            if isChosen { frame.restyle(place, style: .selection) }
        }
        let rest = inside.split(top: rows.count + 1).rest
        drawSwatch(into: &frame, in: rest.split(top: 1).top, glyphs: glyphs)
        let keys = "Enter: keep  w: write to console.toml  Esc: as before"
        let line = rest.split(top: 2).rest.split(top: 1).top
        frame.write(keys, in: line, style: .key, glyphs: glyphs)
    }

    private static func drawSwatch(
        into frame: inout Frame,
        in area: Rectangle,
        glyphs: Glyphs
    ) {
        guard !area.isEmpty else { return }
        StatusBar(
            leading: [
                StatusSegment("text"), StatusSegment("muted", style: .muted),
                StatusSegment("\(glyphs.check) good", style: .ok),
                StatusSegment("\(glyphs.warning) warn", style: .warn),
                StatusSegment("\(glyphs.cross) error", style: .error),
                StatusSegment("\(glyphs.clock) pending", style: .pending),
            ],
            gapColumns: 1
        ).draw(into: &frame, in: area, glyphs: glyphs)
    }
}
