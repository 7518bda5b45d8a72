/// A word of the command line and what it takes.
struct Command: Equatable, Sendable {
    enum Argument: Equatable, Sendable {
        case nothing
        case address
        case key
        case setting
        case theme
        case text
        case revision
        case tool
    }

    let word: String
    let argument: Argument
    let usage: String
    /// Whether it leads to a change of the gate.
    var isEdit = false

    static let all: [Command] =
        ScreenName.allCases.map { Command(word: $0.command, argument: .nothing, usage: "") } + [
            Command(word: "allow", argument: .address, usage: "ADDRESS [REASON]", isEdit: true),
            Command(word: "deny", argument: .address, usage: "ADDRESS [REASON]", isEdit: true),
            Command(word: "ban", argument: .address, usage: "ADDRESS [TIME]", isEdit: true),
            Command(word: "unban", argument: .address, usage: "ADDRESS", isEdit: true),
            Command(word: "create", argument: .text, usage: "NAME", isEdit: true),
            Command(word: "rotate", argument: .key, usage: "KEY", isEdit: true),
            Command(word: "disable", argument: .key, usage: "KEY", isEdit: true),
            Command(word: "enable", argument: .key, usage: "KEY", isEdit: true),
            Command(word: "revoke", argument: .key, usage: "KEY", isEdit: true),
            Command(word: "restrict", argument: .key, usage: "KEY", isEdit: true),
            Command(word: "approve", argument: .tool, usage: "TOOL", isEdit: true),
            Command(word: "lockdown", argument: .nothing, usage: "", isEdit: true),
            Command(word: "commit", argument: .nothing, usage: "", isEdit: true),
            Command(word: "discard", argument: .nothing, usage: ""),
            Command(word: "set", argument: .setting, usage: "SETTING [VALUE]", isEdit: true),
            Command(word: "rollback", argument: .revision, usage: "REVISION", isEdit: true),
            Command(word: "undo", argument: .nothing, usage: "", isEdit: true),
            Command(word: "check", argument: .address, usage: "ADDRESS"),
            Command(word: "compare", argument: .revision, usage: "REVISION [REVISION]"),
            Command(word: "filter", argument: .text, usage: "[WORDS]"),
            Command(word: "theme", argument: .theme, usage: "NAME"),
            Command(word: "settings", argument: .nothing, usage: ""),
            Command(word: "export", argument: .text, usage: "FILE.csv or FILE.json"),
            Command(word: "export!", argument: .text, usage: "FILE.csv or FILE.json"),
            Command(word: "freeze", argument: .nothing, usage: ""),
            Command(word: "refresh", argument: .nothing, usage: ""),
            Command(word: "redraw", argument: .nothing, usage: ""),
            Command(word: "help", argument: .nothing, usage: ""),
            Command(word: "quit", argument: .nothing, usage: ""),
        ]

    /// By its whole word, or by a beginning that no other command has.
    static func named(_ word: String) -> Command? {
        if let exact = all.first(where: { $0.word == word }) { return exact }
        let candidates = all.filter { $0.word.hasPrefix(word) }
        return candidates.count == 1 ? candidates.first : nil
    }
}
