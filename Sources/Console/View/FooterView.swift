import Admin
import Policy
import Terminal

/// The bottom of the console: the line that is typed or said, and the keys.
enum FooterView {
    static func draw(
        _ model: ConsoleModel,
        into frame: inout Frame,
        layout: ScreenLayout,
        glyphs: Glyphs
    ) {
        if let prompt = model.prompt {
            draw(prompt, into: &frame, in: layout.message, glyphs: glyphs)
        } else if let line = message(model, glyphs) {
            draw(line, into: &frame, above: layout.message)
        }
        hints(model).draw(into: &frame, in: layout.hints, glyphs: glyphs)
    }

    /// Up to three rows, the last of them the message's own: a remedy must not be cut off.
    private static func draw(_ line: StyledLine, into frame: inout Frame, above row: Rectangle) {
        let lines = LineWrap.wrapped(line.text, width: row.width).prefix(3)
        let top = row.row - lines.count + 1
        for (index, text) in lines.enumerated() {
            let place = Rectangle(column: 0, row: top + index, width: row.width, height: 1)
            frame.fill(place)
            frame.write(text, in: place, style: line.style)
        }
    }

    private static func draw(
        _ prompt: Prompt,
        into frame: inout Frame,
        in area: Rectangle,
        glyphs: Glyphs
    ) {
        let (sign, field) = area.split(left: 1)
        frame.write(prompt.kind == .filter ? "/" : ":", in: sign, style: .accent, glyphs: glyphs)
        prompt.input.draw(into: &frame, in: field, isFocused: true, glyphs: glyphs)
    }

    /// The most urgent thing to say.
    private static func message(_ model: ConsoleModel, _ glyphs: Glyphs) -> StyledLine? {
        if let notice = model.notice {
            return StyledLine(
                "\(notice.tone.sign(glyphs)) \(notice.text)",
                style: notice.tone.style
            )
        }
        if let problem = model.connection.problem {
            return StyledLine("\(glyphs.cross) \(problem)", style: .error)
        }
        if !model.staging.isEmpty {
            let text = "\(model.staging.count) staged: c reviews and commits, :discard drops."
            return StyledLine("\(glyphs.clock) \(text)", style: .pending)
        }
        if model.isAnonymous == true {
            let text = "ANONYMOUS: authentication is off, everyone is let in without a key."
            return StyledLine("\(glyphs.warning) \(text)", style: .warn)
        }
        if let drift = model.status?.drift.first {
            return StyledLine("\(glyphs.warning) \(drift)", style: .warn)
        }
        return nil
    }

    private static func hints(_ model: ConsoleModel) -> StatusBar {
        if let prompt = model.prompt {
            return StatusBar(leading: [StatusSegment(choices(prompt, model), style: .muted)])
        }
        let bindings = model.bindings.filter { $0.hint != nil }
        let segments = bindings.enumerated().map { index, binding in
            StatusSegment(
                "\(binding.keyText) \(binding.hint ?? "")",
                style: .muted,
                priority: index == 0 ? 0 : index
            )
        }
        return StatusBar(leading: segments)
    }
}

extension FooterView {
    /// What can be typed: the commands that begin so, or the columns that a filter can name.
    private static func choices(_ prompt: Prompt, _ model: ConsoleModel) -> String {
        switch prompt.kind {
        case .filter:
            let names = model.content.columns.map(\.name)
            return "word  !word  column:word with " + names.joined(separator: " ")
        case .command:
            let stem = prompt.completion?.stem ?? prompt.input.text
            let words = model.completions(of: stem).prefix(40).map { line in
                line.split(separator: " ").last.map(String.init) ?? line
            }
            if !words.isEmpty { return "Tab  " + words.joined(separator: " ") }
            let word = stem.split(separator: " ").first.map(String.init) ?? ""
            return Command.named(word).map { "\($0.word) \($0.usage)" } ?? "no such command"
        }
    }
}

extension Notice.Tone {
    fileprivate var style: Style {
        switch self {
        case .good: .ok
        case .info: .info
        case .warning: .warn
        case .failure: .error
        }
    }

    fileprivate func sign(_ glyphs: Glyphs) -> String {
        switch self {
        case .good: glyphs.check
        case .info: glyphs.bullet
        case .warning: glyphs.warning
        case .failure: glyphs.cross
        }
    }
}
