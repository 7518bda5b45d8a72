import ArgumentParser
import Foundation
import Policy
import Rehearsal

/// Measures this build on this machine, beside nginx in the same run.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure throughput, edits and the console on this machine.",
        discussion: """
            Starts the gate with its guards on and off, nginx doing the same job, a load generator \
            and an upstream, all on loopback, and runs them in turn. Ratios are formed round by \
            round, so that they hold while the machine's speed drifts. Use a release build.
            """
    )

    @Flag(help: "Fewer and shorter rounds: under 30 s instead of about a minute.")
    var quick = false

    @Flag(help: "Print the figures as JSON.")
    var json = false

    func run() async throws {
        let folder = try TemporaryFolder(named: "gatehouse-bench")
        defer { folder.remove() }
        let report = try await untilTerminated { try await measure(in: folder.path) }
        guard json else {
            print(report.text)
            return
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        print(String(decoding: try encoder.encode(report), as: UTF8.self))
    }

    /// Runs `body`; SIGTERM and SIGINT cancel it, which ends every process that it started.
    private func untilTerminated(
        _ body: @escaping @Sendable () async throws -> BenchReport
    ) async throws -> BenchReport {
        try await withThrowingTaskGroup(of: BenchReport?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                await TerminationSignals.first()
                return nil
            }
            defer { group.cancelAll() }
            guard let report = try await group.next() ?? nil else {
                throw CommandFailure(
                    code: ExitStatus.temporary,
                    message: "The measurement was interrupted; nothing of it is left running."
                )
            }
            return report
        }
    }

    private func measure(in folder: String) async throws -> BenchReport {
        let free = try await LoadProbe.freePorts(6)
        let key = "5c2e8a917f4d4b60b3c19d0e7a6f8521"
        let throughput = ThroughputBench(
            rounds: quick ? 3 : 7,
            seconds: quick ? 0.7 : 1.5,
            connections: 64,
            binary: try Self.binaryPath(),
            folder: folder,
            ports: BenchPorts(
                upstream: free[0],
                guarded: free[1],
                unguarded: free[2],
                nginx: free[3],
                key: key
            )
        )
        let race = try await throughput.run()
        let served = try await serve(Array(free.suffix(2)), key: key, folder: folder)
        return BenchReport(
            machine: "\(ProcessInfo.processInfo.activeProcessorCount) processors, \(buildKind)",
            rounds: throughput.rounds,
            secondsPerRound: throughput.seconds,
            connections: throughput.connections,
            direct: race.direct,
            guarded: race.guarded,
            unguarded: race.unguarded,
            nginx: race.nginx,
            ratios: race.ratios,
            edit: served.edit,
            console: served.console
        )
    }

    /// Two whole gates, one quiet and one with visitors, for edits and consoles.
    private func serve(
        _ ports: [Int],
        key: String,
        folder: String
    ) async throws -> (edit: BenchReport.Edit, console: BenchReport.Console) {
        try await gate(port: ports[0], name: "quiet", key: key, folder: folder) { quiet in
            try await gate(port: ports[1], name: "live", key: key, folder: folder) { live in
                let edit = try await EditBench(
                    edits: quick ? 10 : 40,
                    port: ports[1],
                    key: key,
                    socketPath: live
                ).run()
                let visitors = Task {
                    await Performance(
                        visitors: Visitor.demonstration,
                        port: ports[1],
                        keys: [key]
                    ).run()
                }
                defer { visitors.cancel() }
                let console = try ConsoleBench(
                    starts: quick ? 3 : 9,
                    seconds: quick ? 4 : 10,
                    binary: try Self.binaryPath(),
                    idleSocketPath: quiet,
                    liveSocketPath: live
                ).run()
                return (edit, console)
            }
        }
    }

    private func gate<Result: Sendable>(
        port: Int,
        name: String,
        key: String,
        folder: String,
        _ body: @escaping @Sendable (_ socketPath: String) async throws -> Result
    ) async throws -> Result {
        let socket = "\(folder)/\(name)/admin.sock"
        return try await ChildProcess.with(
            try Self.binaryPath(),
            ["serve", "--store", "\(folder)/\(name)/gatehouse.sqlite", "--socket", socket],
            environment: [
                "SERVER_PORT": "\(port)",
                "HTTP_API_KEY": key,
                "MAX_REQUESTS_PER_MINUTE": "60000000",
            ]
        ) { _ in
            try await LoadProbe.waitForGate(socket)
            return try await body(socket)
        }
    }

    private static func binaryPath() throws -> String {
        try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    }

    private var buildKind: String {
        #if DEBUG
        "debug build: the figures say nothing"
        #else
        "release build"
        #endif
    }
}
