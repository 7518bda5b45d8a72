import Terminal

/// The line at the bottom: the filter as it is typed, and the command line.
extension ConsoleModel {
    static let historyMax = 100

    mutating func pressInPrompt(_ key: Key) -> [ConsoleEffect] {
        guard let prompt else { return [] }
        switch key {
        case .escape, .control("c"):
            if prompt.kind == .filter { table.filter = "" }
            self.prompt = nil
            return []
        case .enter:
            self.prompt = nil
            return prompt.kind == .command ? run(commandLine: prompt.input.text) : []
        case .backspace where prompt.input.isEmpty:
            self.prompt = nil
        case .tab where prompt.kind == .command:
            complete(by: 1)
        case .backTab where prompt.kind == .command:
            complete(by: -1)
        case .up where prompt.kind == .command:
            recall(by: -1)
        case .down where prompt.kind == .command:
            recall(by: 1)
        default:
            editPrompt { $0.handle(key) }
        }
        return []
    }

    /// Changes the text; a whole key in it becomes its public id before anything keeps it.
    mutating func editPrompt(_ body: (inout TextField) -> Void) {
        guard var edited = prompt else { return }
        body(&edited.input)
        let masked = CredentialMask.masked(edited.input.text)
        if masked != edited.input.text {
            edited.input.text = masked
            say(.warning, "That was a whole API key: only its public id was kept.")
        }
        edited.completion = nil
        edited.historyIndex = nil
        prompt = edited
        if edited.kind == .filter {
            table.filter = edited.input.text
        }
    }

    private mutating func run(commandLine text: String) -> [ConsoleEffect] {
        let line = text.trimmingSpaces()
        guard !line.isEmpty else { return [] }
        history.removeAll { $0 == line }
        history.append(line)
        if history.count > Self.historyMax {
            history.removeFirst()
        }
        notice = nil
        return run(command: line)
    }

    private mutating func recall(by step: Int) {
        guard var recalled = prompt, !history.isEmpty else { return }
        let index = (recalled.historyIndex ?? history.count) + step
        guard index >= 0 else { return }
        if index < history.count {
            recalled.historyIndex = index
            recalled.input.text = history[index]
        } else {
            recalled.historyIndex = nil
            recalled.input.clear()
        }
        recalled.completion = nil
        prompt = recalled
    }

    private mutating func complete(by step: Int) {
        guard var completed = prompt else { return }
        let stem = completed.completion?.stem ?? completed.input.text
        let choices = completions(of: stem)
        guard !choices.isEmpty else { return }
        let current = completed.completion.map { $0.index + step } ?? (step > 0 ? 0 : -1)
        let index = (current + choices.count) % choices.count
        completed.completion = Prompt.Completion(stem: stem, index: index)
        completed.input.text = choices[index]
        prompt = completed
    }
}
