import MCP
import NIOCore
import Policy
import Telemetry

@testable import Gateway

/// A gateway of one loop on a free port of loopback, with everything a test may turn.
struct TestGateway {
    let running: RunningGateway
    let policy: LivePolicy
    let ledger: UsageLedger
    let telemetry: TelemetryHub
    let tools: ToolWatch

    var port: Int { running.port }

    static func document(_ change: (inout PolicyDocument) -> Void = { _ in }) -> PolicyDocument {
        var document = PolicyDocument()
        document.authentication.keys = [key(Requests.key)]
        document.limits.perKey = RateRule(requestsPerMinute: 1_000_000, burst: 100_000)
        document.limits.perAddress = RateRule(requestsPerMinute: 1_000_000, burst: 100_000)
        change(&document)
        return document
    }

    static func key(_ text: String, id: String = "k0000001") -> KeyRecord {
        let bytes = Array(text.utf8)
        let created = Timestamp(millisecondsSince1970: 0)
        let digest = bytes.withUnsafeBytes {
            SecretDigest(hashing: 0..<bytes.count, of: RawSpan(_unsafeBytes: $0))
        }
        return KeyRecord(
            id: KeyID(id),
            name: "test",
            created: created,
            secrets: [KeySecret(digest: digest, created: created)]
        )
    }

    static func enforced(
        _ document: PolicyDocument,
        number: UInt64 = 1,
        bans: [BanRecord] = []
    ) -> EnforcedPolicy {
        EnforcedPolicy(
            snapshot: PolicySnapshot(document, number: RevisionNumber(number)),
            bans: BanTable(bans)
        )
    }

    static func start(
        _ document: PolicyDocument = document(),
        bans: [BanRecord] = [],
        settings: GatewaySettings = .testing()
    ) async throws -> TestGateway {
        let policy = LivePolicy(enforced(document, bans: bans))
        let ledger = UsageLedger()
        let tools = ToolWatch()
        let telemetry = TelemetryHub(
            ledger: ledger,
            started: GatewayClock.wall(),
            at: GatewayClock.monotonic()
        )
        let running = try await GatewayServer.start(
            settings: settings,
            policy: policy,
            ledger: ledger,
            tools: tools,
            telemetry: telemetry
        )
        return TestGateway(
            running: running,
            policy: policy,
            ledger: ledger,
            telemetry: telemetry,
            tools: tools
        )
    }

    /// Starts a gateway, hands it to `body` and ends it.
    static func with(
        _ document: PolicyDocument = document(),
        bans: [BanRecord] = [],
        settings: GatewaySettings = .testing(),
        _ body: (TestGateway) async throws -> Void
    ) async throws {
        let gateway = try await start(document, bans: bans, settings: settings)
        do {
            try await body(gateway)
        } catch {
            await gateway.running.drain(within: .zero)
            throw error
        }
        await gateway.running.drain(within: .zero)
    }

    func client(from source: String = "127.0.0.1") throws -> RawClient {
        try RawClient(port: port, from: source)
    }

    func activate(_ document: PolicyDocument, number: UInt64, bans: [BanRecord] = []) async {
        await policy.activate(Self.enforced(document, number: number, bans: bans))
    }

    func snapshot() -> TelemetrySnapshot {
        telemetry.tick(at: GatewayClock.wall(), monotonic: GatewayClock.monotonic())
        return telemetry.latest
    }
}

extension GatewaySettings {
    /// One loop on any free port of loopback, with deadlines looked at often.
    static func testing(_ change: (inout GatewaySettings) -> Void = { _ in }) -> GatewaySettings {
        var settings = GatewaySettings(port: 0)
        settings.times.sweep = .milliseconds(20)
        change(&settings)
        return settings
    }
}
