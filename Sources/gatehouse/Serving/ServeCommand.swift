import Admin
import ArgumentParser
import Control
import Foundation
import Gateway
import Logging
import Policy

/// Puts the gate in front of an MCP server, or serves the built-in tools.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Guard an MCP server, or serve the built-in tools.",
        discussion: """
            On first start the policy is seeded from the environment or a .env file; afterwards \
            the store is the truth, and what differs in the environment is reported. SIGTERM \
            drains: no new connections, calls in flight are finished. With TLS, SIGHUP loads the \
            certificate anew; a changed one is noticed without it too.
            """
    )

    @Option(help: "The MCP server behind the gate, e.g. http://127.0.0.1:9000/mcp.")
    var upstream: String?

    @Flag(
        name: .customLong("built-in"),
        help: "Answer the built-in tools, whatever the policy's upstream is."
    )
    var servesBuiltIn = false

    @Option(help: "The address to listen on; SERVER_HOST, then 127.0.0.1.")
    var host: String?

    @Option(help: "The port to listen on, 0 for any; SERVER_PORT, then 8080.")
    var port: Int?

    @Option(help: "Event loops; one for each processor unless given.")
    var loops: Int?

    @Option(help: "The store's file; GATEHOUSE_STORE.")
    var store: String?

    @Option(help: "The admin socket; GATEHOUSE_SOCKET.")
    var socket: String?

    @Option(help: "A file of NAME=VALUE lines; .env if it is there.")
    var envFile: String?

    @OptionGroup var tls: TLSOptions

    @Argument(parsing: .postTerminator, help: .hidden)
    var command: [String] = []

    func validate() throws {
        guard command.isEmpty else {
            throw ValidationError(
                """
                gatehouse serve -- COMMAND is not offered by this version: it guards MCP servers \
                that speak Streamable HTTP. Start the server with its HTTP transport and name it \
                with --upstream http://HOST:PORT/mcp.
                """
            )
        }
        guard upstream == nil || !servesBuiltIn else {
            throw ValidationError("--upstream and --built-in exclude each other; give one.")
        }
    }

    func run() async throws {
        let options = try options(environment: ProcessInfo.processInfo.environment)
        let hangups = options.settings.tls.map { _ in TerminationSignals.hangups() }
        TerminationSignals.install()
        let logger = Logger(label: "gatehouse")
        try await Gate.with(options, logger: logger) { gate in
            try await setUpstream(of: gate)
            try await ServeAnnouncement(gate: gate, options: options).print()
            await waitForTheEnd(of: gate, hangups)
            StandardError.write("gatehouse: draining")
        }
    }

    /// Until a signal ends the gate; a hang-up only renews its certificate, if it has one.
    private func waitForTheEnd(of gate: Gate, _ hangups: AsyncStream<Void>?) async {
        await withTaskGroup { group in
            if let hangups, let certificates = gate.gateway.certificates {
                group.addTask {
                    for await _ in hangups {
                        certificates.reload(
                            at: GatewayClock.wall(),
                            monotonic: GatewayClock.monotonic()
                        )
                    }
                }
            }
            await TerminationSignals.first()
            group.cancelAll()
        }
    }

    private func options(environment: [String: String]) throws -> GateOptions {
        let seed = try EnvironmentSource.seed(environment: environment, file: envFile)
        let tlsValues = try EnvironmentSource.values(
            of: TLSOptions.names,
            environment: environment,
            file: envFile
        )
        return GateOptions(
            settings: GatewaySettings(
                host: host ?? seed.host ?? "127.0.0.1",
                port: port ?? seed.port ?? 8080,
                eventLoopCount: loops ?? ProcessInfo.processInfo.activeProcessorCount,
                tls: try tls.settings(tlsValues)
            ),
            storePath: store
                ?? GateOptions.defaultStorePath(environment: environment, userID: getuid()),
            socketPath: socket ?? AdminSocketPath.defaultPath(environment: environment),
            seed: seed,
            keyEnvironment: "prod"
        )
    }

    /// What the command line asks for is an edit like any other: a revision, an audit entry.
    private func setUpstream(of gate: Gate) async throws {
        guard upstream != nil || servesBuiltIn else { return }
        let wanted = upstream.map { UpstreamRule(url: $0) }
        let service = gate.control.service(for: gate.author)
        let current = try await service.policy()
        guard current.document.upstream != wanted else { return }
        _ = try await service.apply(
            .setUpstream(wanted),
            base: current.number,
            reason: "gatehouse serve \(upstream.map { "--upstream \($0)" } ?? "--built-in")"
        )
    }
}
