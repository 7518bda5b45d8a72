import Policy
import Terminal

/// What a filled-in form is for.
enum FormPurpose: Equatable, Sendable {
    case addEntry
    case editEntry(AddressList, AddressPrefix)
    case setting(Setting)
    case createKey
    case rotateKey(KeyID)
    case keyAccess(KeyID)
    case ban
    case approveTool(ToolApproval)
    case pinning
    /// Nil for a server that is to be added.
    case server(ShownServer?)
    case rollBack(to: RevisionNumber)
    case lockdown
    case commitStaged
}

struct FormInput: Equatable, Sendable {
    enum Name: Equatable, Sendable {
        case list
        case address
        case reason
        case expires
        case value
        case keyName
        case grace
        case banTime
        case scheme
        case username
        case tools
        case methods
        case networks
        case rate
        case serverName
        case behind
        case children
        case credential
    }

    let name: Name
    let label: String
    let hint: String
    var input: TextField
    /// Not empty for a choice: then only these can be had.
    var choices: [String] = []
    var problem: String?

    init(_ name: Name, _ label: String, _ text: String = "", hint: String = "") {
        self.name = name
        self.label = label
        self.hint = hint
        input = TextField(text)
    }

    init(_ name: Name, _ label: String, choices: [String], chosen: String? = nil) {
        self.init(name, label, chosen ?? choices.first ?? "")
        self.choices = choices
    }

    var isChoice: Bool { !choices.isEmpty }

    mutating func choose(by step: Int) {
        guard isChoice else { return }
        let current = choices.firstIndex(of: input.text) ?? 0
        input = TextField(choices[(current + step + choices.count) % choices.count])
    }
}

/// A form: fields only.
///
/// Submitting it leads to a review, never to a commit.
struct FormDialog: Equatable, Sendable {
    let purpose: FormPurpose
    let title: String
    /// Lines above the fields.
    var intro: [String] = []
    var fields: [FormInput]
    var focus = 0

    var focused: FormInput { fields[focus] }

    func text(_ name: FormInput.Name) -> String {
        let text = fields.first { $0.name == name }?.input.text ?? ""
        return text.trimmingSpaces()
    }

    mutating func moveFocus(by step: Int) {
        focus = (focus + step + fields.count) % fields.count
    }

    mutating func editFocused(_ body: (inout FormInput) -> Void) {
        body(&fields[focus])
        fields[focus].problem = nil
    }

    /// Marks what is wrong and goes to the first of it.
    mutating func show(_ problems: [FormProblem]) {
        for index in fields.indices {
            fields[index].problem = problems.first { $0.field == fields[index].name }?.message
        }
        focus = fields.firstIndex { $0.problem != nil } ?? focus
    }
}

/// What is wrong with one field, as a sentence.
struct FormProblem: Error, Equatable, Sendable {
    var field: FormInput.Name
    var message: String
}

extension String {
    func trimmingSpaces() -> String {
        let tail = drop { $0 == " " }
        return String(tail.reversed().drop { $0 == " " }.reversed())
    }

    var nilIfEmpty: String? { isEmpty ? nil : self }
}
