import Admin
import ArgumentParser
import Policy

/// Says which pages of other origins may send requests and read answers.
struct CorsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cors",
        abstract: "Say which web pages of other origins may use the gate.",
        subcommands: [CorsShowCommand.self, CorsSetCommand.self],
        defaultSubcommand: CorsShowCommand.self
    )
}

/// Shows the rules for pages of other origins.
struct CorsShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show the rules for pages of other origins."
    )

    @OptionGroup var options: OperatorOptions

    func run() async throws {
        try await options.show(\.browser.crossOrigin) { rules in
            let listed = rules.origins.isEmpty ? "none" : rules.origins.joined(separator: ", ")
            return [
                ("Cross-origin", rules.isEnabled ? "on" : "off: no page of another origin"),
                ("Origins", rules.allowsAnyOrigin ? "EVERY page may read answers" : listed),
                ("Credentials", rules.allowsCredentials ? "browsers may send them" : "not sent"),
                ("Preflight kept", DurationText.text(seconds: rules.maxAgeSeconds)),
            ]
        }
    }
}

/// Changes what is given and keeps the rest.
struct CorsSetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Change what is given; keep the rest."
    )

    @Option(
        help: ArgumentHelp("Whether any other origin is let in.", valueName: "on|off"),
        transform: ArgumentText.onOff
    )
    var enabled: Bool?

    @Option(
        help: ArgumentHelp(
            "Exact origins, e.g. https://app.example; '' for none.",
            valueName: "origins"
        ),
        transform: ArgumentText.words
    )
    var origins: [String]?

    @Option(
        help: ArgumentHelp("Whether every origin may; not with credentials.", valueName: "on|off"),
        transform: ArgumentText.onOff
    )
    var anyOrigin: Bool?

    @Option(
        help: ArgumentHelp("Whether browsers may send cookies and the like.", valueName: "on|off"),
        transform: ArgumentText.onOff
    )
    var credentials: Bool?

    @Option(
        help: ArgumentHelp("How long a browser keeps a preflight's answer.", valueName: "time"),
        transform: ArgumentText.seconds
    )
    var maxAge: Int64?

    @OptionGroup var why: ReasonOption
    @OptionGroup var options: OperatorOptions

    func validate() throws {
        let flags = [enabled, anyOrigin, credentials]
        guard origins != nil || maxAge != nil || flags.contains(where: { $0 != nil }) else {
            throw ValidationError("Give at least one setting, e.g. --origins https://app.example.")
        }
    }

    func run() async throws {
        try await options.edit(reason: why.reason) { document in
            var rules = document.browser
            rules.crossOrigin = changed(rules.crossOrigin)
            return .setBrowserRules(rules)
        }
    }

    private func changed(_ rules: CrossOriginRules) -> CrossOriginRules {
        CrossOriginRules(
            isEnabled: enabled ?? rules.isEnabled,
            origins: origins ?? rules.origins,
            allowsAnyOrigin: anyOrigin ?? rules.allowsAnyOrigin,
            allowsCredentials: credentials ?? rules.allowsCredentials,
            maxAgeSeconds: maxAge ?? rules.maxAgeSeconds
        )
    }
}
