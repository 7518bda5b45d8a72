import Admin
import ArgumentParser
import Policy

/// What the commands that look at the policy or edit it have in common.
extension OperatorOptions {
    /// Makes an edit out of the policy in force, applies it and prints what came of it.
    ///
    /// - Throws: What `make` throws, and `AdminError`; nothing has changed then.
    func edit(
        reason: String?,
        _ make: (PolicyDocument) throws -> PolicyEdit
    ) async throws {
        let outcome = try await withService { service in
            let policy = try await service.policy()
            return try await service.apply(
                try make(policy.document),
                base: policy.number,
                reason: reason
            )
        }
        try print(outcome)
    }

    func edit(_ edit: PolicyEdit, reason: String?) async throws {
        try await self.edit(reason: reason) { _ in edit }
    }

    /// What came of an edit, in the form that was asked for.
    func print(_ outcome: EditOutcome) throws {
        if json { return try CommandOutput.json(outcome) }
        try outcome.print()
    }

    /// Prints a part of the policy in force: the document itself, or its facts for people.
    func show<Part: Encodable>(
        _ part: (PolicyDocument) -> Part,
        facts: (Part) -> [(name: String, value: String)]
    ) async throws {
        let shown = part(try await withService { try await $0.policy().document })
        if json { return try CommandOutput.json(shown) }
        try CommandOutput.facts(facts(shown))
    }
}
