import Admin
import ArgumentParser
import Foundation
import Policy

/// Makes a key; its secret goes to standard output, and nothing else does.
struct KeysCreateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make a key and show its secret, once.",
        discussion: """
            Standard output gets the secret alone: KEY=$(gatehouse keys create ci). With \
            --password-stdin it gets the key's id, because whoever calls has the secret.
            """
    )

    @Argument(help: "Who holds it; 1 to 64 characters.")
    var name: String

    @Option(
        help: ArgumentHelp("How it is shown.", valueName: "api_key|bearer|basic"),
        transform: ArgumentText.word
    )
    var scheme: KeyRecord.Scheme = .apiKey

    @Option(help: "The user name; for --scheme basic, which makes a password.")
    var user: String?

    @Flag(help: "Read the password from standard input; for --scheme basic.")
    var passwordStdin = false

    @Option(
        name: [.customLong("for"), .customLong("expires")],
        help: "How long it works, e.g. 90d; for ever unless given."
    )
    var lifetime: DurationArgument?

    @OptionGroup(title: "What it may do") var access: AccessOptions
    @OptionGroup var why: ReasonOption
    @OptionGroup var options: OperatorOptions

    func validate() throws {
        guard (scheme == .basic) == (user != nil) else {
            throw ValidationError("--scheme basic and --user go together; give both or neither.")
        }
        guard !passwordStdin || scheme == .basic else {
            throw ValidationError("--password-stdin is for --scheme basic; leave it out.")
        }
    }

    func run() async throws {
        let expires = lifetime.map { Timestamp.ofSystem.advanced(bySeconds: $0.seconds) }
        let creation = KeyCreation(
            name: name,
            scheme: scheme,
            username: user,
            password: passwordStdin ? try PasswordInput.read() : nil,
            access: access.changed(AccessRules()),
            expires: expires,
            reason: why.reason
        )
        let issued = try await options.withService { try await $0.createKey(creation) }
        guard passwordStdin else { return try issued.print(isJSON: options.json) }
        if options.json { return try CommandOutput.json(issued.outcome) }
        try CommandOutput.line(issued.id.rawValue)
        StandardError.write("gatehouse: \(issued.outcome.sentence)")
    }
}

/// A password on standard input, so that no list of processes ever shows it.
private enum PasswordInput {
    /// Up to the first line feed or the end.
    ///
    /// - Throws: `CommandFailure` when there is nothing, or no text.
    static func read() throws -> Secret {
        let bytes = (try? FileHandle.standardInput.read(upToCount: 4096)) ?? Data()
        let line = bytes.prefix { $0 != 0x0A && $0 != 0x0D }
        guard !line.isEmpty, let text = String(validating: line, as: UTF8.self) else {
            throw CommandFailure(
                code: ExitStatus.noInput,
                message: "Standard input holds no password; write it there as one line."
            )
        }
        return Secret(text)
    }
}

/// Gives a key a new secret; the old one works until its grace time ends.
struct KeysRotateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Give a key a new secret and show it, once.",
        discussion: "Standard output gets the secret alone."
    )

    @Argument(help: "The key's id, or its name if no other live key has it.")
    var key: KeyReference

    @Option(help: "How long the old secret still works, at most 7d.")
    var grace: DurationArgument?

    @Flag(help: "End the old secret at once.")
    var noGrace = false

    @OptionGroup var why: ReasonOption
    @OptionGroup var options: OperatorOptions

    /// One day: long enough to hand the new secret on, short enough to be forgotten safely.
    private static let standardGraceSeconds: Int64 = 86_400

    func validate() throws {
        guard grace == nil || !noGrace else {
            throw ValidationError("--grace and --no-grace exclude each other; give one.")
        }
        guard AdminBounds.graceSeconds.contains(graceSeconds) else {
            throw ValidationError("The grace time must be at most 7d.")
        }
    }

    private var graceSeconds: Int64 {
        noGrace ? 0 : grace?.seconds ?? Self.standardGraceSeconds
    }

    func run() async throws {
        let issued = try await options.withService { service in
            try await service.rotateKey(
                try await key.resolve(with: service),
                graceSeconds: graceSeconds,
                base: nil,
                reason: why.reason
            )
        }
        try issued.print(isJSON: options.json)
    }
}

extension IssuedKey {
    /// The secret to standard output, what must be known about it to standard error.
    func print(isJSON: Bool) throws {
        if isJSON {
            try CommandOutput.json(self)
        } else {
            try CommandOutput.line(secret.revealed())
        }
        StandardError.write("gatehouse: This is the secret of key \(id). It is not shown again.")
        if let oldSecretRetires {
            StandardError.write("gatehouse: The old secret works until \(oldSecretRetires).")
        }
        StandardError.write("gatehouse: \(outcome.sentence)")
    }
}

extension Timestamp {
    /// The system's clock, now.
    static var ofSystem: Timestamp {
        Timestamp(millisecondsSince1970: Int64(Date().timeIntervalSince1970 * 1000))
    }
}
