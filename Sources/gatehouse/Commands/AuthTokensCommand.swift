import Admin
import ArgumentParser
import Policy

/// Says whose signed access tokens are accepted.
struct AuthTokensCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tokens",
        abstract: "Say whose signed access tokens are accepted, and what their scopes open.",
        subcommands: [
            AuthTokensShowCommand.self, AuthTokensSetCommand.self, AuthTokensOffCommand.self,
        ],
        defaultSubcommand: AuthTokensShowCommand.self
    )
}

/// Shows whose tokens are accepted.
struct AuthTokensShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show whose access tokens are accepted."
    )

    /// What `auth tokens show --json` prints.
    private struct State: Encodable {
        var isOn: Bool
        var tokens: TokenRules?
    }

    @OptionGroup var options: OperatorOptions

    func run() async throws {
        try await options.show { document in
            let tokens = document.authentication.tokens
            return State(isOn: tokens != nil, tokens: tokens)
        } facts: { state in
            state.tokens?.facts ?? [("Access tokens", "not accepted")]
        }
    }
}

/// Accepts the tokens of an authorization server.
struct AuthTokensSetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Accept the tokens of an authorization server; keep what is not given.",
        discussion: """
            A token may do what its scopes open, and nothing without one of them:
            --scope 'read=read_*,list_*' --scope admin=
            """
    )

    @Option(help: "The issuer, as tokens name it.")
    var issuer: String?

    @Option(help: "This gate, as tokens name it: an absolute address.")
    var audience: String?

    @Option(help: "Where the public keys are: an https: address or an absolute path.")
    var keys: String?

    @Option(
        help: ArgumentHelp("How far clocks may differ, at most 5m.", valueName: "time"),
        transform: ArgumentText.seconds
    )
    var clockSkew: Int64?

    @Option(
        help: ArgumentHelp(
            "The tools that a scope opens, none named for all; may be given again, and those"
                + " given take the place of all before.",
            valueName: "scope=tools"
        ),
        transform: Self.scope
    )
    var scope: [TokenScopeRule] = []

    @OptionGroup var why: ReasonOption
    @OptionGroup var options: OperatorOptions

    func run() async throws {
        try await options.edit(reason: why.reason) { document in
            .setTokenRules(try changed(document.authentication.tokens))
        }
    }

    private func changed(_ rules: TokenRules?) throws -> TokenRules {
        guard let issuer = issuer ?? rules?.issuer, let audience = audience ?? rules?.audience,
            let keySet = keys ?? rules?.keySet
        else {
            throw CommandFailure(
                code: ExitStatus.usage,
                message: "No tokens are accepted yet. Give --issuer, --audience and --keys."
            )
        }
        var changed = TokenRules(issuer: issuer, audience: audience, keySet: keySet)
        changed.clockSkewSeconds = clockSkew ?? rules?.clockSkewSeconds ?? changed.clockSkewSeconds
        changed.scopes = scope.isEmpty ? rules?.scopes ?? [] : scope
        return changed
    }

    @Sendable private static func scope(_ text: String) throws -> TokenScopeRule {
        guard let (scope, names) = ArgumentText.pair(text) else {
            throw ValidationError("'\(text)' must be SCOPE=TOOLS, such as 'read=read_*,list_*'")
        }
        let tools = PatternRules(allow: try ArgumentText.words(names))
        return TokenScopeRule(scope: scope, access: AccessRules(tools: tools))
    }
}

/// Accepts no access tokens any more.
struct AuthTokensOffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "off",
        abstract: "Accept no access tokens any more."
    )

    @OptionGroup var why: ReasonOption
    @OptionGroup var options: OperatorOptions

    func run() async throws {
        try await options.edit(.setTokenRules(nil), reason: why.reason)
    }
}

extension TokenRules {
    fileprivate var facts: [(name: String, value: String)] {
        [
            ("Issuer", issuer),
            ("Audience", audience),
            ("Public keys", keySet),
            ("Clock skew", DurationText.text(seconds: clockSkewSeconds)),
        ] + scopes.map { ("Scope \($0.scope)", $0.access.words) }
    }
}
