import Policy

/// Closing the gate to everyone but a few, and opening it again; from any screen.
extension ConsoleModel {
    /// Asks to lift the lockdown in force, or else for the terms of a new one.
    mutating func beginLockdown() -> [ConsoleEffect] {
        guard let document = policy?.document else { return [] }
        guard document.lockdown(at: now.wall) != nil else {
            show(.form(.lockdown()))
            return []
        }
        return review(
            .edit(.setLockdown(nil)),
            title: "Open the gate again",
            confirmation: .lifting
        )
    }
}

extension TypedConfirmation {
    fileprivate static let lifting = TypedConfirmation(
        word: "open",
        warning: "Everyone whom the policy lets in comes in again."
    )

    fileprivate static func lockdown(to networks: [AddressPrefix]) -> Self {
        TypedConfirmation(
            word: "lockdown",
            warning: networks.isEmpty
                ? "Nobody at all will be let in from the next request on."
                : "Everyone else will be refused from the next request on."
        )
    }
}

extension FormDialog {
    static func lockdown() -> Self {
        FormDialog(
            purpose: .lockdown,
            title: "Lockdown: close the gate",
            fields: [
                FormInput(
                    .networks,
                    "Let in",
                    hint: "networks that may still pass; empty lets nobody in"
                ),
                FormInput(.expires, "Ends after", "never", hint: expiryHint),
                FormInput(.reason, "Reason", hint: "kept with the lockdown; shown to operators"),
            ]
        )
    }

    func lockdownProposal(at now: Timestamp) throws(FormProblems) -> Proposal {
        let expires = expiry(at: now)
        var networks: [AddressPrefix] = []
        var problem: FormProblem?
        do throws(FormProblem) {
            networks = try self.networks()
        } catch {
            problem = error
        }
        try refuse(problem, expires.problem)
        let reason = text(.reason).nilIfEmpty
        let rule = LockdownRule(
            networks: networks,
            reason: reason,
            expires: expires.value ?? nil
        )
        return Proposal(
            change: .edit(.setLockdown(rule)),
            reason: reason,
            confirmation: .lockdown(to: networks)
        )
    }
}
