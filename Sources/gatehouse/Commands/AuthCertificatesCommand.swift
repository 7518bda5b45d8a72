import Admin
import ArgumentParser
import Policy

/// Says which client certificates stand for a principal.
struct AuthCertificatesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "certificates",
        abstract: "Say which client certificates stand for a principal.",
        discussion: "The gate asks for certificates when it serves TLS with --tls-client-ca.",
        subcommands: [
            AuthCertificatesAddCommand.self, AuthCertificatesRemoveCommand.self,
            AuthCertificatesListCommand.self,
        ],
        defaultSubcommand: AuthCertificatesListCommand.self
    )
}

/// Lets a certificate stand for a principal, or changes what it may do.
struct AuthCertificatesAddCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Let a certificate stand for a principal, or change what it may do."
    )

    @Argument(help: "The principal's name in records; 1 to 64 characters.")
    var name: String

    @Option(help: "What the certificate says: CN=…, DNS:…, URI:… or EMAIL:….")
    var subject: String

    @OptionGroup var access: AccessOptions
    @OptionGroup var why: ReasonOption
    @OptionGroup var options: OperatorOptions

    func run() async throws {
        try await options.edit(reason: why.reason) { document in
            var rules = document.authentication.certificates
            let index = rules.firstIndex { $0.isOf(subject) }
            let former = index.map { rules[$0].access } ?? AccessRules()
            let rule = CertificateRule(name: name, subject: subject, access: access.changed(former))
            if let index { rules[index] = rule } else { rules.append(rule) }
            return .setCertificates(rules)
        }
    }
}

/// Lets a certificate stand for nobody any more.
struct AuthCertificatesRemoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Let a certificate stand for nobody any more."
    )

    @Argument(help: "The subject, as it is listed.")
    var subject: String

    @OptionGroup var why: ReasonOption
    @OptionGroup var options: OperatorOptions

    func run() async throws {
        try await options.edit(reason: why.reason) { document in
            let rules = document.authentication.certificates
            let others = rules.filter { !$0.isOf(subject) }
            guard others.count < rules.count else {
                throw CommandFailure(
                    code: ExitStatus.noInput,
                    message: "No rule has the subject '\(subject)'."
                        + " See: gatehouse auth certificates list"
                )
            }
            return .setCertificates(others)
        }
    }
}

/// Lists the certificates that stand for a principal.
struct AuthCertificatesListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the certificates that stand for a principal."
    )

    @OptionGroup var options: OperatorOptions

    func run() async throws {
        let document = try await options.withService { try await $0.policy().document }
        let rules = document.authentication.certificates
        if options.json { return try CommandOutput.json(rules) }
        try CommandOutput.table(
            ["NAME", "SUBJECT", "MAY"],
            rules.map { [$0.name, $0.subject, $0.access.words] },
            empty: "No certificate stands for anybody."
        )
    }
}

extension CertificateRule {
    /// By bytes, as the gate compares.
    fileprivate func isOf(_ subject: String) -> Bool {
        self.subject.utf8.elementsEqual(subject.utf8)
    }
}
