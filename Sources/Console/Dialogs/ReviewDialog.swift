import Admin
import Policy
import Terminal

/// The one way to a commit: what would change, on which revision, and the operator's yes.
struct ReviewDialog: Equatable, Sendable {
    enum Preview: Equatable, Sendable {
        case loading
        case ready(EditPreview)
        case failed(AdminError)
    }

    enum Button: Equatable, Sendable {
        case cancel
        case commit
        case stage
        case discard
        case reviewAgain
    }

    /// Someone else's revision that came first.
    struct Overtaking: Equatable, Sendable {
        var number: RevisionNumber
        /// Who and what, once it is known.
        var words: String?
    }

    let change: Change
    let title: String
    /// Tells the answers to this review from those to an earlier one.
    var ticket: Int
    var reason: String?
    /// The revision that the operator is looking at.
    var base: RevisionNumber
    var preview: Preview
    var overtaking: Overtaking?
    var confirmation: TypedConfirmation?
    var typedWord = TextField()
    /// Where Esc goes back to.
    var form: FormDialog?
    var focus = Button.cancel
    var isCommitting = false
    /// Whether it is of everything that is staged.
    var isOfStaged = false
    /// The first line shown, when there are more than fit.
    var scroll = 0

    var lines: [PolicyChange] {
        if case .ready(let preview) = preview { preview.changes } else { change.localLines }
    }

    var problems: [PolicyProblem] {
        switch preview {
        case .loading: []
        case .ready(let preview): preview.problems
        case .failed(let error):
            error.problems.isEmpty
                ? [PolicyProblem(path: "", message: error.message)] : error.problems
        }
    }

    var isTypedWordRight: Bool {
        confirmation.map { $0.word == typedWord.text } ?? true
    }

    var isCommitPossible: Bool {
        guard case .ready = preview else { return false }
        return overtaking == nil && problems.isEmpty && !lines.isEmpty && isTypedWordRight
            && !isCommitting
    }

    /// Left to right.
    var buttons: [Button] {
        if overtaking != nil { return [.cancel, .reviewAgain] }
        if isOfStaged { return [.cancel, .commit, .discard] }
        return isStageable ? [.cancel, .commit, .stage] : [.cancel, .commit]
    }

    /// What needs a typed word is decided by itself.
    private var isStageable: Bool {
        guard case .edit = change else { return false }
        return confirmation == nil && !isOfStaged
    }

    var isStagingPossible: Bool { isStageable && isCommitPossible }

    mutating func moveFocus(by step: Int) {
        let buttons = buttons
        let current = buttons.firstIndex(of: focus) ?? 0
        focus = buttons[(current + step + buttons.count) % buttons.count]
    }

    mutating func overtake(by number: RevisionNumber, words: String? = nil) {
        overtaking = Overtaking(number: number, words: words ?? overtaking?.words)
        focus = .cancel
        isCommitting = false
    }
}

/// A word to type before commit, for what is hard to take back.
struct TypedConfirmation: Equatable, Sendable {
    let word: String
    /// One sentence: why it is asked for.
    let warning: String

    static func revocation(of key: KeyID) -> Self {
        TypedConfirmation(word: key.rawValue, warning: "This cannot be undone.")
    }
}
