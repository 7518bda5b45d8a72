import Admin
import ArgumentParser
import Policy

/// Says who must show what, and what follows when it is wrong.
struct AuthCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "auth",
        abstract: "Say who must show what, and what follows when it is wrong.",
        discussion: "API keys, bearer tokens and passwords are made with gatehouse keys.",
        subcommands: [
            AuthShowCommand.self, AuthRequireCommand.self, AuthTokensCommand.self,
            AuthCertificatesCommand.self, AuthFailuresCommand.self,
        ],
        defaultSubcommand: AuthShowCommand.self
    )
}

/// Shows the ways of authenticating that are open.
struct AuthShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show the ways of authenticating that are open."
    )

    /// What `auth show --json` prints.
    private struct Summary: Encodable {
        var isRequired: Bool
        /// Keys that pass now, by scheme.
        var usableKeys: [String: Int]
        var issuer: String?
        var certificates: Int
        var failures: FailureRules

        init(_ rules: AuthenticationRules, at now: Timestamp) {
            isRequired = rules.isRequired
            usableKeys = rules.keys.filter { $0.isUsable(at: now) }
                .reduce(into: [:]) { $0[$1.scheme.rawValue, default: 0] += 1 }
            issuer = rules.tokens?.issuer
            certificates = rules.certificates.count
            failures = rules.failures
        }
    }

    @OptionGroup var options: OperatorOptions

    func run() async throws {
        try await options.show { document in
            Summary(document.authentication, at: .ofSystem)
        } facts: { summary in
            let schemes = KeyRecord.Scheme.allCases.map { scheme in
                "\(summary.usableKeys[scheme.rawValue] ?? 0) \(scheme.rawValue)"
            }
            return [
                ("Required", summary.isRequired ? "yes" : "NO: everyone is anonymous"),
                ("Usable keys", schemes.joined(separator: ", ")),
                ("Access tokens", summary.issuer.map { "of \($0)" } ?? "not accepted"),
                ("Certificates", "\(summary.certificates) principals"),
            ] + summary.failures.facts
        }
    }
}

/// Asks for a credential, or lets everyone be anonymous.
struct AuthRequireCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "require",
        abstract: "Ask everyone for a credential, or nobody."
    )

    @Argument(
        help: ArgumentHelp("Off lets everyone be anonymous.", valueName: "on|off"),
        transform: ArgumentText.onOff
    )
    var isRequired: Bool

    @OptionGroup var why: ReasonOption
    @OptionGroup var options: OperatorOptions

    func run() async throws {
        try await options.edit(.setAuthenticationRequired(isRequired), reason: why.reason)
    }
}
