import Admin
import Policy

/// Several edits, one review, one commit.
extension ConsoleModel {
    /// Puts a reviewed edit aside, if it goes together with those already there.
    mutating func stage(_ review: ReviewDialog) {
        guard review.isStagingPossible, case .edit(let edit) = review.change,
            let document = policy?.document
        else { return }
        guard staging.count < Staging.itemsMax else {
            say(.warning, "At most \(Staging.itemsMax) changes are staged: c commits them.")
            return
        }
        var next = staging
        next.add(
            Staging.Item(
                title: review.title,
                edit: edit,
                form: review.form,
                reason: review.reason
            )
        )
        do throws(PolicyProblems) {
            _ = try next.draft(on: document, at: now.wall)
            staging = next
            open = nil
            say(.good, "Staged: \(review.title). c reviews and commits what is staged.")
        } catch {
            var refused = review
            refused.focus = .cancel
            refused.preview = .failed(.unstageable(error))
            show(.review(refused))
        }
    }

    /// Asks why, and shows what is staged.
    mutating func beginStagedCommit() {
        guard !staging.isEmpty else {
            say(.info, "Nothing is staged: s in a review puts an edit aside.")
            return
        }
        show(.form(.commitStaged(staging)))
    }

    /// Reviews all that is staged as one change of the policy in force.
    mutating func reviewStaged(_ form: FormDialog, on document: PolicyDocument) -> [ConsoleEffect] {
        let reason = form.text(.reason).nilIfEmpty
        do throws(PolicyProblems) {
            let draft = try staging.draft(on: document, at: now.wall)
            let effects = review(
                .edit(.replace(draft)),
                title: form.title,
                reason: reason,
                form: form
            )
            markStaged { _ in }
            return effects
        } catch {
            _ = review(.edit(.replace(document)), title: form.title, reason: reason, form: form)
            markStaged { $0.preview = .failed(.unstageable(error)) }
            return []
        }
    }

    private mutating func markStaged(_ body: (inout ReviewDialog) -> Void) {
        guard case .review(var review) = dialog else { return }
        review.isOfStaged = true
        body(&review)
        open?.dialog = .review(review)
    }

    mutating func discardStaged() {
        let count = staging.count
        staging = Staging()
        say(.info, count == 0 ? "Nothing is staged." : "\(count) staged changes were dropped.")
    }
}

extension AdminError {
    fileprivate static func unstageable(_ problems: PolicyProblems) -> AdminError {
        AdminError(
            .invalidPolicy,
            "The staged changes cannot be made together.",
            problems: problems.problems
        )
    }
}

extension FormDialog {
    static func commitStaged(_ staging: Staging) -> Self {
        let plural = staging.count == 1 ? "change" : "changes"
        return FormDialog(
            purpose: .commitStaged,
            title: "Commit \(staging.count) staged \(plural)",
            intro: staging.items.enumerated().map { "\($0 + 1). \($1.title)" },
            fields: [
                FormInput(.reason, "Reason", staging.reason, hint: "kept in the history")
            ]
        )
    }
}
