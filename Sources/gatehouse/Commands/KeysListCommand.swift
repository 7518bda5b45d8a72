import Admin
import ArgumentParser
import Policy
import Telemetry

/// Lists the keys with their last use; never a secret.
struct KeysListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the keys and when they were last used."
    )

    @OptionGroup var options: OperatorOptions

    func run() async throws {
        let (keys, usage) = try await options.withService { service in
            (
                try await service.policy().document.authentication.keys,
                try await service.telemetry().keyUsage
            )
        }
        let usageByKey = Dictionary(usage.map { ($0.key, $0) }, uniquingKeysWith: { $1 })
        let lines = keys.map { KeyLine($0, usage: usageByKey[$0.id]) }
        if options.json { return try CommandOutput.json(lines) }
        try CommandOutput.table(
            [
                "ID", "NAME", "SCHEME", "STATE", "CREATED", "EXPIRES", "LAST USED", "FROM",
                "OLD SECRET", "MAY",
            ],
            lines.map(\.cells),
            empty: "There are no keys. Make one with: gatehouse keys create NAME"
        )
    }
}

/// One key as `keys list --json` prints it.
struct KeyLine: Encodable {
    var id: KeyID
    var name: String
    var scheme: KeyRecord.Scheme
    /// Absent unless the scheme is `basic`.
    var username: String?
    var state: KeyRecord.State
    var created: Timestamp
    var expires: Timestamp?
    var lastUsed: Timestamp?
    var lastAddress: String?
    var requests: UInt64
    /// When a superseded secret stops working; absent when there is none.
    var oldSecretRetires: Timestamp?
    var graceUses: UInt64
    var access: AccessRules

    init(_ record: KeyRecord, usage: KeyUsage?) {
        id = record.id
        name = record.name
        scheme = record.scheme
        username = record.username
        state = record.state
        created = record.created
        expires = record.expires
        lastUsed = usage?.lastUsed
        lastAddress = usage?.lastAddress
        requests = usage?.requests ?? 0
        oldSecretRetires = record.secrets.dropFirst().first?.retires
        graceUses = usage?.graceUses ?? 0
        access = record.access
    }

    var cells: [String] {
        [
            id.rawValue, name, scheme.rawValue, state.rawValue, "\(created)",
            expires.map { "\($0)" } ?? "never",
            lastUsed.map { "\($0)" } ?? "never", lastAddress ?? "-",
            oldSecretRetires.map { "until \($0), used \(graceUses) times" } ?? "-",
            access.words,
        ]
    }
}
