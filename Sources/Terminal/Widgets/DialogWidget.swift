/// A line of a dialog or a detail pane.
package struct StyledLine: Equatable, Sendable, ExpressibleByStringInterpolation {
    package var text: String
    package var style: Style

    package init(_ text: String, style: Style = .text) {
        self.text = text
        self.style = style
    }

    package init(stringLiteral value: String) {
        self.init(value)
    }
}

/// What a dialog or a form made of a key.
package enum DialogOutcome: Equatable, Sendable {
    /// The key meant nothing here.
    case ignored
    /// Focus, scroll or text changed.
    case changed
    /// The button with this index was pressed.
    case pressed(Int)
    case cancelled
}

/// A box in the middle of the screen: a title, lines, buttons.
package struct DialogWidget: Equatable, Sendable {
    package var title: String
    package var body: [StyledLine]
    package var buttons: [String]
    package var focusedButton: Int
    /// The first body line shown, when there are more than fit.
    package var scrollOffset = 0
    /// Drawn in the error role.
    package var isDangerous: Bool

    /// `focusedButton` should be the one that cancels when the other destroys something.
    package init(
        title: String,
        body: [StyledLine],
        buttons: [String],
        focusedButton: Int = 0,
        isDangerous: Bool = false
    ) {
        self.title = title
        self.body = body
        self.buttons = buttons
        self.focusedButton = focusedButton
        self.isDangerous = isDangerous
    }

    package mutating func handle(_ key: Key) -> DialogOutcome {
        switch key {
        case .escape: return .cancelled
        case .enter: return buttons.isEmpty ? .cancelled : .pressed(focusedButton)
        case .tab, .right: moveFocus(by: 1)
        case .backTab, .left: moveFocus(by: -1)
        case .down, .character("j"): scroll(by: 1)
        case .up, .character("k"): scroll(by: -1)
        case .pageDown: scroll(by: 10)
        case .pageUp: scroll(by: -10)
        default: return .ignored
        }
        return .changed
    }

    private mutating func moveFocus(by step: Int) {
        guard !buttons.isEmpty else { return }
        focusedButton = (focusedButton + step + buttons.count) % buttons.count
    }

    private mutating func scroll(by step: Int) {
        scrollOffset = min(max(scrollOffset + step, 0), max(body.count - 1, 0))
    }

    /// Draws the box in the middle of the area, over what is there.
    package func draw(into frame: inout Frame, in area: Rectangle, glyphs: Glyphs = .unicode) {
        let inside = drawBox(into: &frame, in: area, glyphs: glyphs)
        guard !inside.isEmpty else { return }
        let (content, bottom) = inside.split(bottom: buttons.isEmpty ? 0 : 1)
        drawBody(into: &frame, in: content, glyphs: glyphs)
        ButtonRow(labels: buttons, focused: focusedButton).draw(into: &frame, in: bottom)
    }

    private func drawBox(
        into frame: inout Frame,
        in area: Rectangle,
        glyphs: Glyphs
    ) -> Rectangle {
        let widest = body.map { SafeText.width(of: $0.text) }.max() ?? 0
        let buttonWidth = ButtonRow(labels: buttons, focused: 0).width
        let wanted = max(widest, SafeText.width(of: title) + 4, buttonWidth) + 4
        let rows = body.count + 2 + (buttons.isEmpty ? 0 : 2)
        let box = area.centered(width: wanted, height: rows)
        frame.fill(box)
        frame.cursor = nil
        guard box.width > 4, box.height > 2 else { return box }
        frame.drawBox(
            box,
            title: title,
            style: isDangerous ? .error : .borderFocused,
            titleStyle: isDangerous ? .error : .title,
            glyphs: glyphs
        )
        return box.inset(columns: 2, rows: 1)
    }

    private func drawBody(into frame: inout Frame, in area: Rectangle, glyphs: Glyphs) {
        let last = max(body.count - area.height, 0)
        let shown = body.dropFirst(min(max(scrollOffset, 0), last)).prefix(area.height)
        for (index, line) in shown.enumerated() {
            let place = area.split(top: index).rest
            frame.write(line.text, in: place, style: line.style, glyphs: glyphs)
        }
    }
}

/// Labels in brackets, the focused one marked.
struct ButtonRow {
    var labels: [String]
    /// Out of range when none has the focus.
    var focused: Int

    var width: Int {
        labels.reduce(max(labels.count - 1, 0) * 2) { $0 + SafeText.width(of: $1) + 4 }
    }

    func draw(into frame: inout Frame, in area: Rectangle) {
        guard !area.isEmpty else { return }
        var rest = area.split(left: max((area.width - width) / 2, 0)).rest
        for (index, label) in labels.enumerated() {
            let style: Style = index == focused ? .selection.bold : .key
            let used = frame.write(
                index == focused ? "[>\(label)<]" : "[ \(label) ]",
                column: rest.column,
                row: rest.row,
                style: style,
                width: rest.width
            )
            rest = rest.split(left: used + 2).rest
        }
    }
}
