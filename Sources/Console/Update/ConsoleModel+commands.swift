import Admin
import Policy
import Telemetry
import Terminal

/// The command line. Every command that changes something opens a form or a review.
extension ConsoleModel {
    mutating func run(command line: String) -> [ConsoleEffect] {
        let parts = line.split(separator: " ", maxSplits: 1)
        guard let word = parts.first.map(String.init), let command = Command.named(word) else {
            say(
                .warning,
                "There is no command \(parts.first ?? ""): press Tab for those there are."
            )
            return []
        }
        let argument = parts.count > 1 ? String(parts[1]).trimmingSpaces() : ""
        if command.isEdit {
            guard isEditingPossible() else { return [] }
            return run(edit: command, argument)
        }
        if let screen = ScreenName.allCases.first(where: { $0.command == command.word }) {
            return go(to: screen)
        }
        return run(command, argument)
    }

    private mutating func run(_ command: Command, _ argument: String) -> [ConsoleEffect] {
        switch command.word {
        case "filter": table.filter = argument
        case "check": check(argument)
        case "discard": discardStaged()
        case "compare": return compare(argument)
        case "theme":
            guard options.themeNames.contains(argument) else {
                let names = options.themeNames.joined(separator: ", ")
                say(.warning, "There is no theme \(argument): write one of \(names).")
                return []
            }
            return choose(theme: argument)
        case "settings": openSettings()
        case "export": return export(to: argument, overwrites: false)
        case "export!": return export(to: argument, overwrites: true)
        case "freeze": return run(.freeze)
        case "refresh": return run(.refresh)
        case "redraw": return [.redraw]
        case "help": return run(.help)
        case "quit": return quit()
        default: break
        }
        return []
    }

    private mutating func run(edit command: Command, _ argument: String) -> [ConsoleEffect] {
        guard !argument.isEmpty || command.argument == .nothing else {
            say(.info, "Write \(command.word) \(command.usage).")
            return []
        }
        switch command.word {
        case "allow": addEntry(to: .allowlist, argument)
        case "deny": addEntry(to: .denylist, argument)
        case "ban": banAddress(argument)
        case "unban": return unbanAddress(argument)
        case "create": show(.form(.createKey(name: argument)))
        case "rotate": beginRotation(of: KeyID(argument))
        case "disable": return beginStateChange(of: KeyID(argument), to: .disabled)
        case "enable": return beginStateChange(of: KeyID(argument), to: .enabled)
        case "revoke": return beginRevocation(of: KeyID(argument))
        case "restrict": beginAccessChange(of: KeyID(argument))
        case "approve": return approve(argument)
        case "lockdown": return beginLockdown()
        case "commit": beginStagedCommit()
        case "set": setValue(argument)
        case "rollback": return rollBack(argument)
        default: return beginUndo()
        }
        return []
    }

    private mutating func addEntry(to list: AddressList, _ argument: String) {
        let (address, reason) = argument.firstWord
        show(.form(.addEntry(to: list, address: address, reason: reason)))
    }

    private mutating func banAddress(_ argument: String) {
        let (address, time) = argument.firstWord
        show(.form(.ban(address, time: time.isEmpty ? "1h" : time)))
    }

    private mutating func unbanAddress(_ argument: String) -> [ConsoleEffect] {
        do throws(AddressProblem) {
            let prefix = try AddressPrefix(parsing: argument)
            return review(.unban(prefix), title: "Lift the ban or block of \(prefix)")
        } catch {
            say(.warning, error.message)
            return []
        }
    }

    private mutating func setValue(_ argument: String) {
        let (path, value) = argument.firstWord
        guard let setting = Setting.allCases.first(where: { $0.path == path }) else {
            say(.warning, "There is no setting \(path): press Tab for those there are.")
            return
        }
        beginEditing(setting)
        guard !value.isEmpty, case .form(var form) = dialog else { return }
        form.fields[0].input = TextField(value)
        open?.dialog = .form(form)
    }

    private mutating func rollBack(_ argument: String) -> [ConsoleEffect] {
        guard let number = RevisionNumber(typed: argument) else {
            say(.warning, "Write rollback and a revision's number.")
            return []
        }
        return review(.rollBack(to: number), title: "Roll back to rev \(number)")
    }

    /// One revision is compared with the one in force, two with each other.
    private mutating func compare(_ argument: String) -> [ConsoleEffect] {
        let (first, second) = argument.firstWord
        let other = second.isEmpty ? policy?.number : RevisionNumber(typed: second)
        guard let one = RevisionNumber(typed: first), let other else {
            say(.warning, "Write compare and one or two revisions' numbers.")
            return []
        }
        return compare(one, other)
    }

    private mutating func approve(_ name: String) -> [ConsoleEffect] {
        guard tools != nil else {
            say(.info, "Choose the tool here; a approves it.")
            return go(to: .tools)
        }
        beginApproval(named: name)
        return []
    }

    /// Whole lines that `stem` can become, in the order Tab shows them.
    func completions(of stem: String) -> [String] {
        let parts = stem.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            return Command.all.map(\.word).filter { $0.hasPrefix(stem) }
        }
        guard let command = Command.named(String(parts[0])) else { return [] }
        return arguments(of: command).filter { $0.hasPrefix(parts[1]) }
            .map { "\(command.word) \($0)" }
    }

    private func arguments(of command: Command) -> [String] {
        switch command.argument {
        case .nothing, .text: []
        case .revision: (revisions ?? []).map { "\($0.number)" }
        case .tool: (tools ?? []).filter { $0.pending != nil }.map(\.tool)
        case .theme: options.themeNames
        case .setting: Setting.allCases.map(\.path)
        case .key: (policy?.document.authentication.keys ?? []).prefix(1000).map(\.id.rawValue)
        case .address:
            command.word == "unban"
                ? bans.map(\.prefix.description) + (telemetry?.blocks ?? []).map(\.subject)
                : (telemetry?.clients ?? []).map(\.address)
        }
    }
}

extension RevisionNumber {
    /// Decimal digits only, at least 1.
    fileprivate init?(typed text: String) {
        guard text.utf8.count <= 18, text.utf8.allSatisfy({ (48...57).contains($0) }),
            let number = UInt64(text), number > 0
        else { return nil }
        self.init(number)
    }
}

extension String {
    /// Up to the first space, and what follows it.
    fileprivate var firstWord: (word: String, rest: String) {
        let parts = split(separator: " ", maxSplits: 1)
        return (
            parts.first.map(String.init) ?? "",
            parts.count > 1 ? String(parts[1]).trimmingSpaces() : ""
        )
    }
}
