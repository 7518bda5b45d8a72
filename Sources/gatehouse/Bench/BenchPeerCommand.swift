import ArgumentParser
import Foundation
import Gateway
import Logging
import MCP
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
        subcommands: [
            UpstreamPeer.self, GatePeer.self, LoadPeer.self, SweepPeer.self, CrowdPeer.self,
        ]
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
    /// A file that holds a policy document as JSON.
    @Option var policy: String
    @Option var guards: Guards
    @OptionGroup var tls: TLSOptions

    func run() async throws {
        OpenFileLimit.raise()
        let snapshot = try snapshot()
        let ledger = UsageLedger()
        let telemetry = TelemetryHub(
            ledger: ledger,
            started: GatewayClock.wall(),
            at: GatewayClock.monotonic()
        )
        var settings = GatewaySettings(port: port, eventLoopCount: 1)
        settings.isGuarded = guards == .on
        settings.tls = try tls.settings([:])
        let gateway = try await GatewayServer.start(
            settings: settings,
            policy: LivePolicy(EnforcedPolicy(snapshot: snapshot, bans: BanTable([]))),
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

    private func snapshot() throws -> PolicySnapshot {
        let json = try JSONValue.parse(Array(Data(contentsOf: URL(filePath: policy))))
        return PolicySnapshot(try PolicyDocument(json: json), number: RevisionNumber(1))
    }
}

/// Sends the load and prints what it saw as JSON.
struct LoadPeer: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "load")

    @Option var port: Int
    @Option var key: String
    @Option var connections: Int
    @Option var seconds: Double
    @Option var trustedCertificates: String?
    @Flag var renewsConnections = false

    func run() async throws {
        var load = LoadGenerator(
            port: port,
            connections: connections,
            duration: .seconds(seconds),
            request: RequestText.legacyCall(
                tool: "echo",
                arguments: #"{"text":"\#(String(repeating: "y", count: 100))"}"#,
                port: port,
                key: key
            )
        )
        load.trustedCertificates = trustedCertificates
        load.renewsConnections = renewsConnections
        try await PeerReport.print(load.run())
    }
}

/// Calls as many clients behind a proxy would, and prints what it saw as JSON.
struct SweepPeer: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "sweep")

    @Option var port: Int
    @Option var addresses: Int
    @Option var limit: Int

    func run() async throws {
        let sweep = AddressSweep(port: port, addresses: addresses, limit: limit, connections: 64)
        try await PeerReport.print(sweep.run())
    }
}

/// Keeps connections without a word, and prints what a process took for them as JSON.
struct CrowdPeer: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "crowd")

    @Option var port: Int
    @Option var key: String
    @Option var connections: Int
    @Option var process: Int32

    func run() async throws {
        OpenFileLimit.raise()
        let crowd = IdleCrowd(port: port, key: key, connections: connections)
        try await PeerReport.print(crowd.burden(onProcess: process))
    }
}

/// What a peer found out, for the process that started it.
private enum PeerReport {
    static func print<Report: Encodable>(_ report: Report) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        Swift.print(String(decoding: try encoder.encode(report), as: UTF8.self))
    }
}
