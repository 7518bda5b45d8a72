import Admin
import ArgumentParser
import Foundation
import Policy

/// Stops a key until it is enabled again.
struct KeysDisableCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable",
        abstract: "Stop a key until it is enabled again."
    )

    @OptionGroup var change: KeyStateChange

    func run() async throws { try await change.apply(.disabled) }
}

/// Lets a disabled key in again.
struct KeysEnableCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable",
        abstract: "Let a disabled key in again."
    )

    @OptionGroup var change: KeyStateChange

    func run() async throws { try await change.apply(.enabled) }
}

/// Ends a key for good; asks first.
struct KeysRevokeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "End a key for good.",
        discussion: "A revoked key never comes back, not even by a rollback."
    )

    @Flag(help: "Do not ask.")
    var yes = false

    @OptionGroup var change: KeyStateChange

    func run() async throws {
        if !yes { try confirm() }
        try await change.apply(.revoked)
    }

    private func confirm() throws {
        guard isatty(STDIN_FILENO) == 1 else {
            throw CommandFailure(
                code: ExitStatus.usage,
                message: "Revoking \(change.id) cannot be undone. Repeat the command with --yes."
            )
        }
        let question = "Revoking \(change.id) cannot be undone. Type the id to go on: "
        FileHandle.standardError.write(Data(question.utf8))
        guard readLine(strippingNewline: true) == change.id.rawValue else {
            throw CommandFailure(
                code: ExitStatus.usage,
                message: "The id was not repeated, so \(change.id) was not revoked."
            )
        }
    }
}

/// Which key gets another state, and why.
struct KeyStateChange: ParsableArguments {
    @Argument(help: "The key's id.", transform: ArgumentText.keyID)
    var id: KeyID

    @OptionGroup var why: ReasonOption
    @OptionGroup var options: OperatorOptions

    func apply(_ state: KeyRecord.State) async throws {
        try await options.edit(.setKeyState(id, state), reason: why.reason)
    }
}

extension OperatorOptions {
    /// Applies `edit` to the policy in force and prints what came of it.
    func edit(_ edit: PolicyEdit, reason: String?) async throws {
        let outcome = try await withService { service in
            let base = try await service.policy().number
            return try await service.apply(edit, base: base, reason: reason)
        }
        if json { return try CommandOutput.json(outcome) }
        try outcome.print()
    }
}
