import Admin
import ArgumentParser
import Policy

/// Says whose word about a client's address is believed.
struct ProxiesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "proxies",
        abstract: "Say whose word about a client's address is believed.",
        subcommands: [ProxiesShowCommand.self, ProxiesSetCommand.self],
        defaultSubcommand: ProxiesShowCommand.self
    )
}

/// Shows the proxies that are trusted.
struct ProxiesShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show the proxies that are trusted."
    )

    @OptionGroup var options: OperatorOptions

    func run() async throws {
        try await options.show(\.proxies) { rules in
            [
                ("Trusted", rules.trusted.isEmpty ? "nobody" : rules.trusted.words),
                ("Field", rules.field.rawValue),
                ("PROXY protocol", rules.isProxyProtocolExpected ? "expected" : "not expected"),
            ]
        }
    }
}

/// Changes what is given and keeps the rest.
struct ProxiesSetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Change what is given; keep the rest."
    )

    @Option(
        help: ArgumentHelp("The networks of the proxies; '' for nobody.", valueName: "networks"),
        transform: ArgumentText.prefixes
    )
    var trust: [AddressPrefix]?

    @Option(
        help: ArgumentHelp(
            "The field that names the client.",
            valueName: "x-forwarded-for|forwarded"
        ),
        transform: ArgumentText.word
    )
    var field: ProxyRules.Field?

    @Option(
        help: ArgumentHelp(
            "Whether their connections begin with a PROXY header.",
            valueName: "on|off"
        ),
        transform: ArgumentText.onOff
    )
    var proxyProtocol: Bool?

    @OptionGroup var why: ReasonOption
    @OptionGroup var options: OperatorOptions

    func validate() throws {
        guard trust != nil || field != nil || proxyProtocol != nil else {
            throw ValidationError("Give at least one setting, e.g. --trust 127.0.0.0/8.")
        }
    }

    func run() async throws {
        try await options.edit(reason: why.reason) { document in
            var rules = document.proxies
            rules.trusted = trust ?? rules.trusted
            rules.field = field ?? rules.field
            rules.isProxyProtocolExpected = proxyProtocol ?? rules.isProxyProtocolExpected
            return .setProxyRules(rules)
        }
    }
}
