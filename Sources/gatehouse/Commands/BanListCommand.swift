import Admin
import ArgumentParser
import Policy
import Telemetry

/// Shows who is shut out: by an operator, or by the gate itself.
struct BanListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Show the bans in force, and whom the gate shut out by itself."
    )

    @OptionGroup var options: OperatorOptions

    func run() async throws {
        let (bans, blocks) = try await options.withService { service in
            (try await service.bans(), try await service.telemetry().blocks)
        }
        let lines = bans.map(BanLine.init) + blocks.filter { !$0.isKey }.map(BanLine.init)
        if options.json { return try CommandOutput.json(lines) }
        try CommandOutput.table(
            ["NETWORK", "SINCE", "UNTIL", "BY", "REASON"],
            lines.map(\.cells),
            empty: "Nobody is banned."
        )
    }
}

/// One ban as `ban list --json` prints it.
struct BanLine: Encodable {
    var prefix: String
    /// Whether the gate made it by itself.
    var isAutomatic: Bool
    /// Absent for an automatic one.
    var author: Author?
    var created: Timestamp
    /// Absent when only an operator ends it.
    var expires: Timestamp?
    /// An operator's words, or a reason code.
    var reason: String?

    init(_ ban: BanRecord) {
        prefix = ban.prefix.description
        isAutomatic = false
        author = ban.author
        created = ban.created
        expires = ban.expires
        reason = ban.reason
    }

    init(_ block: BlockRecord) {
        prefix = block.subject
        isAutomatic = true
        created = block.since
        expires = block.until
        reason = block.reason.rawValue
    }

    var cells: [String] {
        [
            prefix, "\(created)", expires.map { "\($0)" } ?? "lifted by hand",
            author?.name ?? "the gate", reason ?? "-",
        ]
    }
}
