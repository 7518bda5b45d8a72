import Admin
import ArgumentParser
import Control
import Foundation
import Gateway
import Logging
import Policy
import Rehearsal
import Telemetry

/// A gate with real traffic on loopback, honest and hostile, and the console on it.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Watch a gate at work: real traffic on loopback, and the console on it.",
        discussion: """
            Everything lives in a temporary folder and goes away at the end. Without a terminal \
            one line a second is printed instead.
            """
    )

    @Option(name: .customLong("for"), help: "End by itself after this time, e.g. 10s or 5m.")
    var duration: DurationArgument?

    @Flag(help: "Print one line a second even on a terminal.")
    var plain = false

    @OptionGroup var appearance: ConsoleAppearance

    func run() async throws {
        let isInteractive = !plain && isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1
        // The console's terminal session has handlers of its own.
        if !isInteractive { TerminationSignals.install() }
        let folder = try TemporaryFolder(named: "gatehouse-demo")
        defer { folder.remove() }
        let options = Self.options(in: folder.path)
        var logger = Logger(label: "gatehouse")
        // The screen belongs to the console.
        logger.logLevel = isInteractive ? .critical : .warning
        try await Gate.with(options, logger: logger) { gate in
            let keys = try await DemoPolicy.install(in: gate)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await perform(on: gate, keys: keys) }
                group.addTask {
                    try await show(gate, options.socketPath, isInteractive: isInteractive)
                }
                if let duration {
                    group.addTask { try await Task.sleep(for: .seconds(duration.seconds)) }
                }
                defer { group.cancelAll() }
                try await group.next()
            }
        }
    }

    private func perform(on gate: Gate, keys: [String]) async {
        await Performance(
            visitors: Visitor.demonstration,
            port: gate.gateway.port,
            keys: keys
        ).run()
    }

    private func show(_ gate: Gate, _ socketPath: String, isInteractive: Bool) async throws {
        if isInteractive {
            try await ConsoleCommand.show(socketPath, name: "demo", appearance: appearance)
        } else {
            try await printLines(of: gate)
        }
    }

    /// Until SIGTERM, SIGINT or the end of the time.
    private func printLines(of gate: Gate) async throws {
        let service = gate.control.service(for: gate.author)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await TerminationSignals.first() }
            group.addTask {
                for try await case .snapshot(let snapshot) in service.watch(after: nil) {
                    let revision = try await service.status().revision
                    print(StatusLine(snapshot: snapshot, revision: revision))
                    fflush(nil)
                }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private static func options(in folder: String) -> GateOptions {
        GateOptions(
            settings: GatewaySettings(port: 0, eventLoopCount: 2),
            storePath: "\(folder)/gatehouse.sqlite",
            socketPath: "\(folder)/admin.sock",
            seed: EnvironmentSeed(),
            keyEnvironment: "demo"
        )
    }
}
