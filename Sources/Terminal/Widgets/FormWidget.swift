/// One field of a form.
package struct FormField: Equatable, Sendable {
    package var label: String
    package var field: TextField
    /// What is expected, shown while there is no problem.
    package var hint: String
    /// Why the content will not do.
    package var problem: String?

    package init(
        _ label: String,
        text: String = "",
        hint: String = "",
        isMasked: Bool = false,
        problem: String? = nil
    ) {
        self.label = label
        self.hint = hint
        self.problem = problem
        field = TextField(text, isMasked: isMasked)
    }
}

/// A dialog with fields to fill in.
///
/// Tab and the arrows go through fields and buttons; Enter in a field goes to the next, on a
/// button presses it.
package struct FormWidget: Equatable, Sendable {
    package var title: String
    package var intro: [StyledLine]
    package var fields: [FormField]
    package var buttons: [String]
    /// Counts the fields first, then the buttons.
    package var focus: Int

    package init(
        title: String,
        intro: [StyledLine] = [],
        fields: [FormField],
        buttons: [String],
        focus: Int = 0
    ) {
        self.title = title
        self.intro = intro
        self.fields = fields
        self.buttons = buttons
        self.focus = focus
    }

    /// The fields' contents in their order.
    package var values: [String] { fields.map(\.field.text) }

    package mutating func handle(_ key: Key) -> DialogOutcome {
        switch key {
        case .escape: return .cancelled
        case .tab, .down: moveFocus(by: 1)
        case .backTab, .up: moveFocus(by: -1)
        case .enter where focus >= fields.count: return .pressed(focus - fields.count)
        case .enter: moveFocus(by: 1)
        default: return handleInFocus(key)
        }
        return .changed
    }

    /// Pastes into the focused field; false when a button has the focus.
    @discardableResult
    package mutating func paste(_ text: String) -> Bool {
        guard fields.indices.contains(focus) else { return false }
        fields[focus].field.insert(text)
        fields[focus].problem = nil
        return true
    }

    private mutating func handleInFocus(_ key: Key) -> DialogOutcome {
        if fields.indices.contains(focus) {
            guard fields[focus].field.handle(key) else { return .ignored }
            fields[focus].problem = nil
            return .changed
        }
        switch key {
        case .left: moveFocus(by: -1)
        case .right: moveFocus(by: 1)
        default: return .ignored
        }
        return .changed
    }

    private mutating func moveFocus(by step: Int) {
        let places = fields.count + buttons.count
        guard places > 0 else { return }
        focus = (focus + step + places) % places
    }
}

extension FormWidget {
    /// Draws the form in the middle of the area, over what is there.
    package func draw(into frame: inout Frame, in area: Rectangle, glyphs: Glyphs = .unicode) {
        let box = area.centered(width: 72, height: intro.count + fields.count * 2 + 4)
        frame.fill(box)
        frame.cursor = nil
        let isBoxed = box.width > 4 && box.height > 2
        if isBoxed { frame.drawBox(box, title: title, style: .borderFocused, glyphs: glyphs) }
        let inside = isBoxed ? box.inset(columns: 2, rows: 1) : box
        let (content, bottom) = inside.split(bottom: inside.height > 2 ? 1 : 0)
        let (top, rest) = content.split(top: min(intro.count, max(content.height - 2, 0)))
        for (index, line) in intro.prefix(top.height).enumerated() {
            let place = top.split(top: index).rest
            frame.write(line.text, in: place, style: line.style, glyphs: glyphs)
        }
        drawFields(into: &frame, in: rest, glyphs: glyphs)
        ButtonRow(labels: buttons, focused: focus - fields.count).draw(into: &frame, in: bottom)
    }

    /// Two rows for each field; scrolls so that the focused one is in sight.
    private func drawFields(into frame: inout Frame, in area: Rectangle, glyphs: Glyphs) {
        let room = max(area.height / 2, 1)
        let current = min(focus, fields.count - 1)
        let first = TableScroll.offset(
            0,
            revealing: current,
            visibleRows: room,
            rowCount: fields.count
        )
        for (line, index) in fields.indices.dropFirst(first).prefix(room).enumerated() {
            let place = area.split(top: line * 2).rest.split(top: 2).top
            draw(index, into: &frame, in: place, glyphs: glyphs)
        }
    }

    private func draw(
        _ index: Int,
        into frame: inout Frame,
        in area: Rectangle,
        glyphs: Glyphs
    ) {
        let item = fields[index]
        let isFocused = index == focus
        let labelWidth = min(
            (fields.map { SafeText.width(of: $0.label) }.max() ?? 0) + 1,
            area.width / 2
        )
        let (label, rest) = area.split(left: labelWidth)
        frame.write(item.label, in: label, style: isFocused ? .accent : .muted, glyphs: glyphs)
        item.field.draw(into: &frame, in: rest, isFocused: isFocused, glyphs: glyphs)
        let note = rest.split(top: 1).rest
        if let problem = item.problem {
            let text = "\(glyphs.cross) \(problem)"
            frame.write(text, in: note, style: .error, glyphs: glyphs)
        } else {
            frame.write(item.hint, in: note, style: .muted, glyphs: glyphs)
        }
    }
}
