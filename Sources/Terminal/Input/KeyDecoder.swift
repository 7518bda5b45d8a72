/// One thing that curses read from the terminal.
enum KeyCode: Equatable, Sendable {
    case scalar(Unicode.Scalar)
    case key(Key)
    case mouse(MouseAction)
    case pasteBegin
    case pasteEnd
    /// A sequence that means nothing to us.
    case unknown
}

/// Turns what curses read into events; holds a paste until its end has come.
struct KeyDecoder: Sendable {
    /// Scalars beyond which the rest of a paste is dropped.
    static let pasteScalarsMax = 65_536
    /// A paste that stalls for so long has lost its end.
    static let pasteStallMax: Duration = .seconds(1)

    private var pasted: [Unicode.Scalar]?
    private var lastActivity: ContinuousClock.Instant?
    private var answers = TerminalAnswers()
    /// A sequence whose end has not come yet.
    private var unfinished: ArraySlice<KeyCode> = []

    /// From now on the terminal may answer what it was asked.
    mutating func expectAnswers(since now: ContinuousClock.Instant) {
        answers.expect(since: now)
    }

    /// What one drain of the input, made at `now`, means.
    mutating func events(
        from codes: [KeyCode],
        at now: ContinuousClock.Instant
    ) -> [InputEvent] {
        var events: [InputEvent] = []
        if let lastActivity, now - lastActivity > Self.pasteStallMax {
            endPaste(into: &events)
            unfinished = []
        }
        lastActivity = now
        answers.advance(to: now)
        let codes = Array(unfinished + answers.restoringEscape(before: codes))
        unfinished = []
        var index = 0
        while index < codes.count {
            index += consume(codes[index...], into: &events)
        }
        answers.endedWithEscape = codes.last == .scalar("\u{1B}")
        return events
    }

    /// - Returns: How many codes were used, at least one.
    private mutating func consume(
        _ codes: ArraySlice<KeyCode>,
        into events: inout [InputEvent]
    ) -> Int {
        guard let code = codes.first else { return 1 }
        switch code {
        case .pasteBegin: pasted = pasted ?? []
        case .pasteEnd: endPaste(into: &events)
        case .scalar(let scalar) where pasted != nil: collect(scalar)
        case .mouse(let action): if pasted == nil { events.append(.mouse(action)) }
        case .scalar("\u{9B}"), .scalar("\u{9D}"):
            // The same introducers in one character.
            let bracket: Unicode.Scalar = code == .scalar("\u{9B}") ? "[" : "]"
            let spelled = [.scalar("\u{1B}"), .scalar(bracket)] + codes.dropFirst()
            return max(consumeEscape(spelled[...], into: &events) - 1, 1)
        case .scalar("\u{1B}"):
            return consumeEscape(codes, into: &events)
        case .scalar(let scalar): events.append(.key(KeyDecoder.key(for: scalar)))
        case .key(let key): if pasted == nil { events.append(.key(key)) }
        case .unknown: break
        }
        return 1
    }

    /// An escape alone, with a letter, or before a sequence that curses does not know.
    private mutating func consumeEscape(
        _ codes: ArraySlice<KeyCode>,
        into events: inout [InputEvent]
    ) -> Int {
        guard case .scalar(let next)? = codes.dropFirst().first, next.value >= 0x20 else {
            events.append(.key(.escape))
            return 1
        }
        if next == "]" { return consumeAnswer(codes, into: &events) }
        if "P_^X".unicodeScalars.contains(next), let command = TerminalAnswers.Command(in: codes),
            command.isWhole
        {
            return command.codeCount
        }
        guard next == "[" || next == "O", codes.count > 2 || answers.isExpected else {
            events.append(.key(.alt(Character(next))))
            return 2
        }
        return consumeSequence(codes, into: &events)
    }

    /// Swallows an operating system command, the form in which terminals answer: none of it is a
    /// key, however late it comes.
    private mutating func consumeAnswer(
        _ codes: ArraySlice<KeyCode>,
        into events: inout [InputEvent]
    ) -> Int {
        guard let answer = TerminalAnswers.Command(in: codes) else {
            // Longer than any answer: someone else's, or no answer at all.
            if codes.count <= TerminalAnswers.commandCodesMax { unfinished = codes }
            return codes.count
        }
        if let color = answers.background(in: answer) { events.append(.background(color)) }
        return answer.codeCount
    }

    /// Swallows a whole control sequence, so that its letters never act as keys.
    ///
    /// The arrows, Home and End are understood in the form that the terminal's description
    /// does not list.
    private mutating func consumeSequence(
        _ codes: ArraySlice<KeyCode>,
        into events: inout [InputEvent]
    ) -> Int {
        var used = 2
        for code in codes.dropFirst(2) {
            used += 1
            guard case .scalar(let scalar) = code else { return used }
            if 0x20...0x3F ~= scalar.value { continue }
            if used == 3, let key = Self.keysByFinal[scalar] { events.append(.key(key)) }
            // What every terminal answers comes after everything else it was asked.
            if scalar == "c" { answers.end() }
            return used
        }
        if used <= TerminalAnswers.commandCodesMax { unfinished = codes }
        return used
    }

    private static let keysByFinal: [Unicode.Scalar: Key] = [
        "A": .up, "B": .down, "C": .right, "D": .left, "H": .home, "F": .end, "Z": .backTab,
    ]

    private mutating func collect(_ scalar: Unicode.Scalar) {
        guard let count = pasted?.count, count < Self.pasteScalarsMax else { return }
        pasted?.append(scalar == "\r" ? "\n" : scalar)
    }

    private mutating func endPaste(into events: inout [InputEvent]) {
        guard let text = pasted else { return }
        pasted = nil
        var view = String.UnicodeScalarView()
        view.append(contentsOf: text)
        events.append(.paste(String(view)))
    }

    private static func key(for scalar: Unicode.Scalar) -> Key {
        switch scalar.value {
        case 0x08, 0x7F: .backspace
        case 0x09: .tab
        case 0x0A, 0x0D: .enter
        case 0x1B: .escape
        case 0: .control(" ")
        case 0x01...0x1A: .control(Character(Unicode.Scalar(UInt8(scalar.value) + 0x60)))
        case 0x1C...0x1F: .control(Character(Unicode.Scalar(UInt8(scalar.value) + 0x40)))
        default: .character(Character(scalar))
        }
    }
}
