import Policy

/// Edits gathered for one commit; none of them is live.
///
/// They are kept as they were asked for and not as the documents they led to, so that they can be
/// made of whatever policy is in force when they are reviewed.
struct Staging: Equatable, Sendable {
    /// One edit and the form that it was read from.
    struct Item: Equatable, Sendable {
        var title: String
        var edit: PolicyEdit
        /// Read anew on the policy of the day; nil when the edit says everything by itself.
        var form: FormDialog?
        var reason: String?
    }

    static let itemsMax = 20

    private(set) var items: [Item] = []
    /// The commit under way, and how many items it holds.
    private var committing: Commit?

    private struct Commit: Equatable, Sendable {
        var ticket: Int
        var count: Int
    }

    var isEmpty: Bool { items.isEmpty }
    var count: Int { items.count }

    /// The reasons given one by one, as a first draft of the common one.
    var reason: String {
        items.compactMap(\.reason).joined(separator: "; ").bounded(to: 200)
    }

    mutating func add(_ item: Item) {
        items.append(item)
    }

    /// The document that all items lead to, one after the other.
    ///
    /// - Throws: What is wrong with the first that cannot be made, its title as the path.
    func draft(
        on document: PolicyDocument,
        at now: Timestamp
    ) throws(PolicyProblems) -> PolicyDocument {
        var draft = document
        for item in items {
            do throws(PolicyProblems) {
                draft = try draft.applying(try item.edit(on: draft, at: now), at: now)
            } catch {
                throw PolicyProblems(error.problems.map { $0.named(item.title) })
            }
        }
        return draft
    }

    mutating func begin(commit ticket: Int) {
        committing = Commit(ticket: ticket, count: items.count)
    }

    /// Drops what a commit made live; items that were staged since stay.
    mutating func finish(commit ticket: Int) {
        guard let done = committing, done.ticket == ticket else { return }
        items.removeFirst(min(done.count, items.count))
        committing = nil
    }
}

extension Staging.Item {
    fileprivate func edit(
        on document: PolicyDocument,
        at now: Timestamp
    ) throws(PolicyProblems) -> PolicyEdit {
        guard let form else { return edit }
        do throws(FormProblems) {
            guard case .edit(let edit) = try form.proposal(on: document, at: now).change else {
                return self.edit
            }
            return edit
        } catch {
            let problems = error.problems.map { PolicyProblem(path: "", message: $0.message) }
            throw PolicyProblems(problems)
        }
    }
}

extension PolicyProblem {
    fileprivate func named(_ title: String) -> PolicyProblem {
        PolicyProblem(path: title, message: path.isEmpty ? message : "\(path): \(message)")
    }
}
