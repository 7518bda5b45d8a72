import Policy
import Terminal

/// One change of a review in words.
struct ChangeLine: Equatable, Sendable {
    let change: PolicyChange

    func styled(_ glyphs: Glyphs) -> StyledLine {
        switch change.kind {
        case .added: StyledLine("+ \(named(change.after))", style: .added)
        case .removed: StyledLine("- \(named(change.before))", style: .removed)
        case .changed: StyledLine("~ \(change.subject): \(values(glyphs))", style: .pending)
        }
    }

    /// The subject, and its value where that says more.
    private func named(_ value: String?) -> String {
        guard let value, value != Self.bareEntry, !change.subject.hasSuffix(" \(value)") else {
            return change.subject
        }
        return "\(change.subject): \(value)"
    }

    private func values(_ glyphs: Glyphs) -> String {
        "\(Self.words(change.before)) \(glyphs.arrow) \(Self.words(change.after))"
    }

    private static func words(_ value: String?) -> String {
        value == bareEntry ? "no reason" : value ?? "none"
    }

    /// What a difference says of an entry that has neither a reason nor an end.
    private static let bareEntry = "listed"
}
