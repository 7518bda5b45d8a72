import Admin
import ArgumentParser
import Policy

/// Says what changed from one revision to another.
struct PolicyDiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Say what changed from one revision to another.",
        discussion: """
            Without numbers: from the revision before the one in force. With one: from that \
            revision to the one in force.
            """
    )

    @Argument(help: "The older revision.", transform: ArgumentText.revision)
    var older: RevisionNumber?

    @Argument(help: "The newer revision.", transform: ArgumentText.revision)
    var newer: RevisionNumber?

    @OptionGroup var options: OperatorOptions

    func run() async throws {
        let changes = try await options.withService { service in
            try await difference(from: service)
        }
        if options.json { return try CommandOutput.json(changes) }
        guard !changes.isEmpty else { return try CommandOutput.line("Nothing changed.") }
        for change in changes { try CommandOutput.line(change.line) }
    }

    private func difference(from service: any AdminService) async throws -> [PolicyChange] {
        let current = try await service.policy()
        var after = current
        if let newer { after = try await service.revision(newer) }
        guard let number = older ?? current.parent else { return [] }
        let before = try await service.revision(number)
        return after.document.changes(from: before.document)
    }
}

/// Brings an older revision back as a new one.
struct PolicyRollbackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Bring an older revision back as a new one.",
        discussion: "Keys that were revoked since stay revoked, and bans stay."
    )

    @Argument(help: "The revision to bring back.", transform: ArgumentText.revision)
    var revision: RevisionNumber

    @OptionGroup var why: ReasonOption
    @OptionGroup var options: OperatorOptions

    func run() async throws {
        let outcome = try await options.withService { service in
            let base = try await service.policy().number
            return try await service.rollBack(to: revision, base: base, reason: why.reason)
        }
        if options.json { return try CommandOutput.json(outcome) }
        try outcome.print()
    }
}
