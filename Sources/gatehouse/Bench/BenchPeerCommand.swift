import ArgumentParser
import Crypto
import Foundation
import Gateway
import Logging
import NIOCore
import NIOPosix
import Policy
import Rehearsal
import Telemetry

/// The processes that `bench` starts beside itself; of no use to anybody else, hence hidden.
struct BenchPeerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench-peer",
        abstract: "A process that the benchmarks start.",
        shouldDisplay: false,
        subcommands: [UpstreamPeer.self, GatePeer.self, LoadPeer.self]
    )
}

/// Answers every request with the same 300 bytes.
struct UpstreamPeer: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "upstream")

    @Option var port: Int

    func run() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let channel = try await FixedUpstream.listen(port: port, group: group)
        await TerminationSignals.first()
        try await channel.close().get()
    }
}

/// A data plane on one event loop without store or console, so that nothing else costs time.
struct GatePeer: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "gate")

    enum Guards: String, ExpressibleByArgument, Sendable {
        case on
        case off
    }

    @Option var port: Int
    @Option var upstream: Int
    @Option var key: String
    @Option var guards: Guards

    func run() async throws {
        let policy = PolicySnapshot(document, number: RevisionNumber(1))
        let ledger = UsageLedger()
        let telemetry = TelemetryHub(
            ledger: ledger,
            started: GatewayClock.wall(),
            at: GatewayClock.monotonic()
        )
        var settings = GatewaySettings(port: port, eventLoopCount: 1)
        settings.isGuarded = guards == .on
        let gateway = try await GatewayServer.start(
            settings: settings,
            policy: LivePolicy(EnforcedPolicy(snapshot: policy, bans: BanTable([]))),
            ledger: ledger,
            telemetry: telemetry,
            logger: Logger(label: "bench")
        )
        let beat = Task {
            while !Task.isCancelled {
                try? await Task.sleep(for: .seconds(1))
                telemetry.tick(at: GatewayClock.wall(), monotonic: GatewayClock.monotonic())
            }
        }
        await TerminationSignals.first()
        beat.cancel()
        await gateway.drain(within: .zero)
    }

    /// Every guard on, with limits that the run cannot reach.
    private var document: PolicyDocument {
        let now = GatewayClock.wall()
        let digest = SecretDigest(bytes: Array(SHA256.hash(data: Array(key.utf8))))
        let secrets = [digest].compactMap { $0.map { KeySecret(digest: $0, created: now) } }
        let rate = RateRule(requestsPerMinute: 60_000_000, burst: 1_000_000)
        let loopback = AddressPrefix(uncheckedNetwork: .v4(127 << 24), length: 8)
        let record = KeyRecord(id: KeyID("bench000"), name: "bench", created: now, secrets: secrets)
        return PolicyDocument(
            allowlist: [AddressEntry(prefix: loopback)],
            authentication: AuthenticationRules(isRequired: true, keys: [record]),
            limits: LimitRules(perAddress: rate, perKey: rate),
            upstream: UpstreamRule(url: "http://127.0.0.1:\(upstream)/mcp")
        )
    }
}

/// Sends the load and prints what it saw as JSON.
struct LoadPeer: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "load")

    @Option var port: Int
    @Option var key: String
    @Option var connections: Int
    @Option var seconds: Double

    func run() async throws {
        let result = try await LoadGenerator(
            port: port,
            connections: connections,
            duration: .seconds(seconds),
            request: RequestText.legacyCall(
                tool: "echo",
                arguments: #"{"text":"\#(String(repeating: "y", count: 100))"}"#,
                port: port,
                key: key
            )
        ).run()
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        print(String(decoding: try encoder.encode(result), as: UTF8.self))
    }
}
