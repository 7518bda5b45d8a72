import Admin
import ArgumentParser
import Policy
import Telemetry

/// Shows one key with what it may do; never a secret.
struct KeysShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a key: what it may do, and when it was last used."
    )

    @Argument(help: "The key's id, or its name if no other live key has it.")
    var key: KeyReference

    @OptionGroup var options: OperatorOptions

    func run() async throws {
        let line = try await options.withService { service in
            let keys = try await service.policy().document.authentication.keys
            let id = try key.resolve(among: keys)
            let usage = try await service.telemetry().keyUsage.first { $0.key == id }
            return keys.first { $0.id == id }.map { KeyLine($0, usage: usage) }
        }
        guard let line else { return }
        options.json ? try CommandOutput.json(line) : try CommandOutput.facts(line.facts)
    }
}

/// Changes what a key may do.
struct KeysAccessCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "access",
        abstract: "Change what a key may do; keep what is not given."
    )

    @Argument(help: "The key's id, or its name if no other live key has it.")
    var key: KeyReference

    @OptionGroup(title: "What it may do") var access: AccessOptions
    @OptionGroup var why: ReasonOption
    @OptionGroup var options: OperatorOptions

    func validate() throws {
        guard !access.isEmpty else {
            throw ValidationError("Give at least one rule, e.g. --tools 'read_*'.")
        }
    }

    func run() async throws {
        try await options.edit(reason: why.reason) { document in
            let keys = document.authentication.keys
            let id = try key.resolve(among: keys)
            let former = keys.first { $0.id == id }?.access ?? AccessRules()
            return .setKeyAccess(id, access.changed(former))
        }
    }
}

extension KeyLine {
    fileprivate var facts: [(name: String, value: String)] {
        [
            ("Key", id.rawValue),
            ("Name", name),
            ("Scheme", username.map { "\(scheme.rawValue), user \($0)" } ?? scheme.rawValue),
            ("State", state.rawValue),
            ("Created", "\(created)"),
            ("Expires", expires.map { "\($0)" } ?? "never"),
            ("Last used", lastUsed.map { "\($0) from \(lastAddress ?? "?")" } ?? "never"),
            ("Requests", "\(requests)"),
            ("Old secret", oldSecretRetires.map { "works until \($0)" } ?? "none"),
        ] + access.facts
    }
}
