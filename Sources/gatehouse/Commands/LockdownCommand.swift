import Admin
import ArgumentParser
import Policy

/// Closes the gate to everyone but a few, and opens it again.
struct LockdownCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lockdown",
        abstract: "Close the gate to everyone but a few networks, and open it again.",
        discussion: """
            It holds from the next request on and survives a restart. No rollback lifts it. The \
            admin socket stays open.
            """,
        subcommands: [
            LockdownOnCommand.self, LockdownOffCommand.self, LockdownShowCommand.self,
        ],
        defaultSubcommand: LockdownShowCommand.self
    )
}

/// Closes the gate.
struct LockdownOnCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "on",
        abstract: "Close the gate to everyone but the networks that are named."
    )

    @Option(
        help: ArgumentHelp("Who may still pass; may be given again.", valueName: "network"),
        transform: ArgumentText.prefix
    )
    var allow: [AddressPrefix] = []

    @Option(name: .customLong("for"), help: "How long, e.g. 2h; until it is lifted unless given.")
    var lifetime: DurationArgument?

    @Option(help: ArgumentHelp("Why, for the history; at most 200 characters.", valueName: "text"))
    var reason: String

    @OptionGroup var options: OperatorOptions

    func run() async throws {
        let rule = LockdownRule(
            networks: allow,
            reason: reason,
            expires: lifetime.map { Timestamp.ofSystem.advanced(bySeconds: $0.seconds) }
        )
        try await options.edit(.setLockdown(rule), reason: reason)
    }
}

/// Opens the gate again.
struct LockdownOffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "off",
        abstract: "Open the gate again to everyone whom the policy lets in."
    )

    @OptionGroup var why: ReasonOption
    @OptionGroup var options: OperatorOptions

    func run() async throws {
        try await options.edit(.setLockdown(nil), reason: why.reason)
    }
}

/// Says whether the gate is closed.
struct LockdownShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Say whether the gate is closed, and to whom it is not."
    )

    /// What `lockdown show --json` prints.
    private struct State: Encodable {
        var isOn: Bool
        var lockdown: LockdownRule?
    }

    @OptionGroup var options: OperatorOptions

    func run() async throws {
        try await options.show { document in
            let lockdown = document.lockdown(at: .ofSystem)
            return State(isOn: lockdown != nil, lockdown: lockdown)
        } facts: { state in
            state.lockdown?.facts ?? [("Lockdown", "off")]
        }
    }
}

extension LockdownRule {
    fileprivate var facts: [(name: String, value: String)] {
        [
            ("Lockdown", "ON: closed to everyone but a few"),
            ("Who may pass", networks.isEmpty ? "nobody" : networks.words),
            ("Until", expires.map { "\($0)" } ?? "it is lifted"),
            ("Reason", reason ?? "none given"),
        ]
    }
}
