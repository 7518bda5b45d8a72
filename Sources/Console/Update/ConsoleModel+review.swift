import Admin
import Policy
import Terminal

/// From a proposal over its review to the commit and its answer.
extension ConsoleModel {
    /// Opens the review of a change on the policy that the operator is looking at.
    mutating func review(
        _ change: Change,
        title: String,
        reason: String? = nil,
        confirmation: TypedConfirmation? = nil,
        form: FormDialog? = nil
    ) -> [ConsoleEffect] {
        guard let base = policy?.number else { return [] }
        ticket += 1
        let isLocal = !change.isPreviewedByServer
        let local = EditPreview(base: base, changes: change.localLines, problems: [])
        let review = ReviewDialog(
            change: change,
            title: title,
            ticket: ticket,
            reason: reason,
            base: base,
            preview: isLocal ? .ready(local) : .loading,
            confirmation: confirmation,
            form: form
        )
        show(.review(review))
        return preview(change)
    }

    private func preview(_ change: Change) -> [ConsoleEffect] {
        switch change {
        case .edit(let edit): [.preview(edit, ticket: ticket)]
        case .rollBack(let number): [.previewRollBack(to: number, ticket: ticket)]
        case .ban, .unban, .createKey, .rotateKey, .approveTool: []
        }
    }

    /// Reads the form; what is wrong is shown in it, what is right is reviewed.
    mutating func submit(_ form: FormDialog) -> [ConsoleEffect] {
        guard isEditingPossible(), let document = policy?.document else { return [] }
        if form.purpose == .commitStaged { return reviewStaged(form, on: document) }
        do throws(FormProblems) {
            let proposal = try form.proposal(on: document, at: now.wall)
            return review(
                proposal.change,
                title: form.title,
                reason: proposal.reason,
                confirmation: proposal.confirmation,
                form: form
            )
        } catch {
            var marked = form
            marked.show(error.problems)
            // The form has one line for it; the message line has the whole.
            if let message = error.problems.first?.message { say(.warning, message) }
            open?.dialog = .form(marked)
            return []
        }
    }

    mutating func commit(_ review: ReviewDialog) -> [ConsoleEffect] {
        guard review.isCommitPossible, isEditingPossible() else { return [] }
        var committing = review
        committing.isCommitting = true
        open?.dialog = .review(committing)
        if review.isOfStaged { staging.begin(commit: review.ticket) }
        return [
            .commit(
                review.change,
                base: review.base,
                reason: review.reason,
                ticket: review.ticket
            )
        ]
    }

    /// Asks for the same change again, on the policy that is in force now.
    mutating func reviewAgain(_ old: ReviewDialog) -> [ConsoleEffect] {
        // A form is read anew, so that its edit is made of the new policy's values.
        if let form = old.form { return submit(form) }
        return review(
            old.change,
            title: old.title,
            reason: old.reason,
            confirmation: old.confirmation
        )
    }

    // MARK: Answers

    mutating func answer(_ message: ConsoleMessage) -> [ConsoleEffect] {
        switch message {
        case .previewed(let preview, let ticket, let moment):
            now = moment
            return showPreview(.ready(preview), ticket: ticket)
        case .previewFailed(let error, let ticket, let moment):
            now = moment
            return showPreview(.failed(error), ticket: ticket)
        case .committed(let result, let ticket, let moment):
            now = moment
            return finish(result, ticket: ticket)
        case .commitFailed(let error, let ticket, let moment):
            now = moment
            return fail(error, ticket: ticket)
        default:
            return []
        }
    }

    private mutating func showPreview(
        _ preview: ReviewDialog.Preview,
        ticket: Int
    ) -> [ConsoleEffect] {
        guard case .review(var review) = dialog, review.ticket == ticket else { return [] }
        review.preview = preview
        var effects: [ConsoleEffect] = []
        if case .ready(let preview) = preview, preview.base != review.base {
            review.overtake(by: preview.base)
            effects = [.loadPolicy]
        }
        // What is to be decided changed, so a key already on its way must not decide it.
        show(.review(review))
        return effects
    }

    private mutating func finish(_ result: CommitResult, ticket: Int) -> [ConsoleEffect] {
        if case .review(let review) = dialog, review.ticket == ticket {
            open = nil
        }
        staging.finish(commit: ticket)
        switch result {
        case .edited(let outcome):
            say(.good, outcome.words)
            return [.loadPolicy, .loadStatus]
        case .banned(let outcome):
            say(.good, "Ban of \(outcome.prefix) \(outcome.words)")
            return [.loadBans]
        case .unbanned(let outcome):
            say(.good, "\(outcome.prefix) may call again, \(outcome.words)")
            return [.loadBans]
        case .approved(let standing):
            say(.good, "\(standing.tool) is approved as it is now.")
            return [.loadTools]
        case .issued(let issued):
            let secret = SecretDialog(
                id: issued.id,
                secret: issued.secret,
                oldSecretRetires: issued.oldSecretRetires,
                outcome: issued.outcome.words
            )
            show(.secret(secret))
            return [.loadPolicy, .loadStatus]
        }
    }

    private mutating func fail(_ error: AdminError, ticket: Int) -> [ConsoleEffect] {
        guard case .review(var review) = dialog, review.ticket == ticket else {
            say(.failure, error.message)
            return []
        }
        review.isCommitting = false
        review.focus = .cancel
        if error.code == .revisionConflict {
            review.overtake(by: error.current ?? review.base)
            show(.review(review))
            return [.loadPolicy]
        }
        review.preview = .failed(error)
        show(.review(review))
        if error.code == .unavailable { return [] }
        return [.loadPolicy] + (review.change.notes.isEmpty ? [] : [.loadTools])
    }
}

extension EditOutcome {
    /// `rev 13 in force on every loop after 0.8 ms`, and when it was safe.
    var words: String {
        "rev \(revision) in force on every loop after"
            + " \(NumberText.preciseMilliseconds(activationMicroseconds)) ms (on disk after"
            + " \(NumberText.preciseMilliseconds(persistMicroseconds)) ms)"
    }
}

extension BanOutcome {
    var words: String {
        "in force on every loop after"
            + " \(NumberText.preciseMilliseconds(activationMicroseconds)) ms"
    }
}
