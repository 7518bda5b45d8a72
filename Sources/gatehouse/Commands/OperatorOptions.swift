import Admin
import ArgumentParser
import Foundation

/// What every command that talks to a running gate takes.
///
/// `--json` prints the admin endpoint's own documents, so that a program can move between the two:
///
/// | command | document |
/// | --- | --- |
/// | `status` | `GateStatus` |
/// | `keys create`, `keys rotate` | `IssuedKey` |
/// | `keys create --password-stdin` | `EditOutcome` |
/// | `keys list` | array of `KeyLine` |
/// | `keys show` | `KeyLine` |
/// | `allow list`, `deny list` | array of `AddressEntry` |
/// | `ban add`, `ban remove` | `BanOutcome` |
/// | `ban list` | array of `BanLine` |
/// | `limits show` | `LimitRules` |
/// | `lockdown show` | its `State` |
/// | `proxies show` | `ProxyRules` |
/// | `cors show` | `CrossOriginRules` |
/// | `servers list` | array of `ServerLine` |
/// | `tools list` | array of `ToolStanding` |
/// | `tools diff`, `tools approve` | `ToolStanding` |
/// | `auth show`, `auth tokens show` | their `Summary` and `State` |
/// | `auth failures show` | `FailureRules` |
/// | `auth certificates list` | array of `CertificateRule` |
/// | `events` | a `SecurityEvent` a line |
/// | `policy show` | `PolicyRevision` |
/// | `policy export` | `PolicyDocument` |
/// | `policy history` | array of `RevisionSummary` |
/// | `policy diff` | array of `PolicyChange` |
/// | `policy check` | `PolicyReport` |
/// | every other edit | `EditOutcome` |
///
/// Times are RFC 3339 in UTC; a member without a value is left out.
struct OperatorOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The admin socket; GATEHOUSE_SOCKET.", valueName: "path"))
    var socket: String?

    @Flag(help: "Print JSON for programs, members sorted.")
    var json = false

    var socketPath: String {
        socket ?? AdminSocketPath.defaultPath(environment: ProcessInfo.processInfo.environment)
    }

    /// Runs `body` on the running gate's admin service and closes the connection afterwards.
    func withService<Value>(
        _ body: (any AdminService) async throws -> Value
    ) async throws -> Value {
        let client = AdminClient(socketPath: socketPath)
        do {
            let value = try await body(client)
            await client.shutdown()
            return value
        } catch {
            await client.shutdown()
            throw error
        }
    }
}

/// What every edit takes besides.
struct ReasonOption: ParsableArguments {
    @Option(help: ArgumentHelp("Why, for the history; at most 200 characters.", valueName: "text"))
    var reason: String?
}
