import Admin
import Policy

/// What an operator does with the history: compare, and roll back.
extension ConsoleModel {
    mutating func toggleMark(of number: RevisionNumber) {
        marked = marked == number ? nil : number
    }

    /// Compares with the marked revision, or else with the one before.
    mutating func beginComparison(of number: RevisionNumber) -> [ConsoleEffect] {
        if let marked, marked != number { return compare(marked, number) }
        guard let parent = revisions?.first(where: { $0.number == number })?.parent else {
            say(.info, "Rev \(number) is the first one: mark another with Space to compare.")
            return []
        }
        return compare(parent, number)
    }

    mutating func compare(_ one: RevisionNumber, _ other: RevisionNumber) -> [ConsoleEffect] {
        let comparison = Comparison(older: min(one, other), newer: max(one, other))
        show(.comparison(ComparisonDialog(comparison)))
        return [.compare(comparison)]
    }

    /// Fills the comparison that is open; the answer to one that was closed is dropped.
    mutating func take(_ outcome: ComparisonDialog.Outcome, of comparison: Comparison) {
        guard case .comparison(var shown) = dialog, shown.comparison == comparison else { return }
        shown.outcome = outcome
        open?.dialog = .comparison(shown)
    }

    mutating func beginRollBack(to number: RevisionNumber) {
        guard number != policy?.number else {
            say(.info, "Rev \(number) is in force: choose another to roll back to.")
            return
        }
        show(.form(.rollBack(to: number)))
    }
}

/// Two revisions, the older first.
struct Comparison: Equatable, Sendable {
    let older: RevisionNumber
    let newer: RevisionNumber
}

/// What changed from one revision to another.
struct ComparisonDialog: Equatable, Sendable {
    enum Outcome: Equatable, Sendable {
        case loading
        case ready([PolicyChange])
        case failed(String)
    }

    let comparison: Comparison
    var outcome = Outcome.loading
    /// The first line shown.
    var scroll = 0

    init(_ comparison: Comparison) {
        self.comparison = comparison
    }
}
