import Admin
import ArgumentParser
import Policy

/// Shows a revision in words.
struct PolicyShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show the policy in force, or an older revision."
    )

    @Argument(
        help: "The revision; the one in force unless given.",
        transform: ArgumentText.revision
    )
    var revision: RevisionNumber?

    @OptionGroup var options: OperatorOptions

    func run() async throws {
        let shown = try await options.revision(revision)
        if options.json { return try CommandOutput.json(shown) }
        try CommandOutput.facts(shown.facts + shown.document.facts + shown.document.limits.facts)
    }
}

/// Prints the document alone, as `policy check` reads it.
struct PolicyExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Print the policy as a JSON document to keep or edit.",
        discussion: "It holds the digests of keys, never a secret."
    )

    @Argument(
        help: "The revision; the one in force unless given.",
        transform: ArgumentText.revision
    )
    var revision: RevisionNumber?

    @OptionGroup var options: OperatorOptions

    func run() async throws {
        let document = try await options.revision(revision).document
        options.json
            ? try CommandOutput.json(document) : try CommandOutput.document(document)
    }
}

/// Lists the revisions that are kept.
struct PolicyHistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "List the revisions, newest first."
    )

    @Option(help: ArgumentHelp("At most so many, 1 to 1000.", valueName: "count"))
    var limit = 20

    @OptionGroup var options: OperatorOptions

    func validate() throws {
        guard AdminBounds.limits.contains(limit) else {
            throw ValidationError("--limit must be 1 to 1000.")
        }
    }

    func run() async throws {
        let history = try await options.withService { try await $0.history(limit: limit) }
        if options.json { return try CommandOutput.json(history) }
        try CommandOutput.table(
            ["REVISION", "TIME", "BY", "CHANGE", "REASON"],
            history.map { line in
                [
                    "\(line.number)", "\(line.created)", line.author.name, line.summary,
                    line.reason ?? "-",
                ]
            },
            empty: "There is no revision."
        )
    }
}

extension OperatorOptions {
    /// A revision by its number, or the one in force.
    func revision(_ number: RevisionNumber?) async throws -> PolicyRevision {
        try await withService { service in
            guard let number else { return try await service.policy() }
            return try await service.revision(number)
        }
    }
}

extension PolicyRevision {
    fileprivate var facts: [(name: String, value: String)] {
        [
            ("Revision", "\(number)"),
            ("Made", "\(created) by \(author)"),
            ("Reason", reason ?? "none given"),
            ("Change", summary),
        ]
    }
}

extension PolicyDocument {
    fileprivate var facts: [(name: String, value: String)] {
        let allowed = allowlist.isEmpty ? "empty: every address may come in" : list(allowlist)
        return [
            ("Allowlist", allowed),
            ("Denylist", denylist.isEmpty ? "empty" : list(denylist)),
            ("Hosts", browser.allowedHosts.joined(separator: ", ")),
            ("Origins", browser.allowedOrigins.joined(separator: ", ")),
            (
                "Authentication",
                authentication.isRequired ? "required" : "OFF: EVERYONE IS ANONYMOUS"
            ),
            ("Keys", "\(authentication.keys.count)"),
            ("Access tokens", authentication.tokens.map { "of \($0.issuer)" } ?? "not accepted"),
            ("Certificates", "\(authentication.certificates.count) principals"),
            ("Trusted proxies", proxies.trusted.isEmpty ? "nobody" : proxies.trusted.words),
            ("Cross-origin", browser.crossOrigin.isEnabled ? "on" : "off"),
            ("Lockdown", lockdown(at: .ofSystem) == nil ? "off" : "ON"),
            ("Upstream", upstream?.title ?? "none: the built-in tools answer"),
            (
                "Further servers",
                servers.isEmpty ? "none" : servers.map(\.name).joined(separator: ", ")
            ),
            ("Tool pinning", tools.pinning.rawValue),
            ("Debug messages", isDebugLoggingEnabled ? "logged" : "not logged"),
        ]
    }

    private func list(_ entries: [AddressEntry]) -> String {
        entries.map { "\($0.prefix)" }.joined(separator: ", ")
    }
}
