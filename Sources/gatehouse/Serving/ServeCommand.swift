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

    @Flag(
        name: .customLong("stdio"),
        help: "Serve one client over standard input and output; TRANSPORT_TYPE=stdio."
    )
    var usesStandardStreams = false

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

    @Argument(
        parsing: .postTerminator,
        help: "After --, an MCP server to start that speaks over standard input and output."
    )
    var command: [String] = []

    func validate() throws {
        guard [upstream != nil, servesBuiltIn, !command.isEmpty].count(where: { $0 }) <= 1 else {
            throw ValidationError(
                "--upstream, --built-in and a command after -- exclude each other; give one."
            )
        }
        guard !usesStandardStreams || host == nil && port == nil else {
            throw ValidationError("--stdio listens nowhere; give it no --host and no --port.")
        }
    }

    func run() async throws {
        let options = try options(environment: ProcessInfo.processInfo.environment)
        if options.settings.tls != nil { TerminationSignals.keepHangups() }
        TerminationSignals.install()
        OpenFileLimit.raise()
        let logger = Logger(label: "gatehouse")
        try await Gate.with(options, logger: logger) { gate in
            try await setUpstream(of: gate)
            try await ServeAnnouncement(gate: gate, options: options).print()
            switch options.settings.transport {
            case .http: await waitForTheEnd(of: gate)
            case .standardStreams: try await serveClient(of: gate)
            }
            StandardError.write("gatehouse: draining")
        }
    }

    /// Until a signal ends the gate; a hang-up only renews its certificate, if it has one.
    private func waitForTheEnd(of gate: Gate) async {
        await withTaskGroup { group in
            if let certificates = gate.gateway.certificates {
                group.addTask {
                    await TerminationSignals.eachHangup {
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

    /// Until the client leaves, or a signal ends the gate and calls under way are finished.
    private func serveClient(of gate: Gate) async throws {
        try await withThrowingTaskGroup { group in
            group.addTask {
                try await gate.gateway.serveStandardStreams(
                    input: STDIN_FILENO,
                    output: STDOUT_FILENO
                )
            }
            group.addTask { await TerminationSignals.first() }
            try await group.next()
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
        var settings = GatewaySettings(
            host: host ?? seed.host ?? "127.0.0.1",
            port: port ?? seed.port ?? 8080,
            eventLoopCount: loops ?? ProcessInfo.processInfo.activeProcessorCount,
            tls: try tls.settings(tlsValues)
        )
        if usesStandardStreams || seed.transport == .stdio {
            settings.transport = .standardStreams
            settings.eventLoopCount = 1
        }
        return GateOptions(
            settings: settings,
            storePath: store
                ?? GateOptions.defaultStorePath(environment: environment, userID: getuid()),
            socketPath: socket ?? AdminSocketPath.defaultPath(environment: environment),
            seed: seed,
            keyEnvironment: "prod"
        )
    }

    /// What the command line asks for is an edit like any other: a revision, an audit entry.
    private func setUpstream(of gate: Gate) async throws {
        guard upstream != nil || servesBuiltIn || !command.isEmpty else { return }
        let service = gate.control.service(for: gate.author)
        let current = try await service.policy()
        let present = current.document.upstream
        // Whatever else the policy says of the same server stays.
        guard present?.url ?? "" != upstream ?? "" || present?.command ?? [] != command else {
            return
        }
        _ = try await service.apply(
            .setUpstream(wantedUpstream),
            base: current.number,
            reason: reason
        )
    }

    private var wantedUpstream: UpstreamRule? {
        command.isEmpty ? upstream.map { UpstreamRule(url: $0) } : UpstreamRule(command: command)
    }

    /// Without the command's arguments, which may be long.
    private var reason: String {
        if let executable = command.first { return "gatehouse serve -- \(executable.prefix(100))" }
        return "gatehouse serve \(upstream.map { "--upstream \($0)" } ?? "--built-in")"
    }
}
