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
        try await change.apply(.revoked) { id in
            if !yes { try confirm(id) }
        }
    }

    private func confirm(_ id: KeyID) throws {
        guard isatty(STDIN_FILENO) == 1 else {
            throw CommandFailure(
                code: ExitStatus.usage,
                message: "Revoking \(id) cannot be undone. Repeat the command with --yes."
            )
        }
        let question = "Revoking \(id) cannot be undone. Type the id to go on: "
        FileHandle.standardError.write(Data(question.utf8))
        guard readLine(strippingNewline: true) == id.rawValue else {
            throw CommandFailure(
                code: ExitStatus.usage,
                message: "The id was not repeated, so \(id) was not revoked."
            )
        }
    }
}

/// Which key gets another state, and why.
struct KeyStateChange: ParsableArguments {
    @Argument(help: "The key's id, or its name if no other live key has it.")
    var key: KeyReference

    @OptionGroup var why: ReasonOption
    @OptionGroup var options: OperatorOptions

    /// `confirm` is asked with the key's id before anything changes.
    func apply(
        _ state: KeyRecord.State,
        confirm: (KeyID) throws -> Void = { _ in }
    ) async throws {
        let outcome = try await options.withService { service in
            let base = try await service.policy()
            let id = try key.resolve(among: base.document.authentication.keys)
            try confirm(id)
            return try await service.apply(
                .setKeyState(id, state),
                base: base.number,
                reason: why.reason
            )
        }
        try options.print(outcome)
    }
}
