import ArgumentParser
import Rehearsal

/// What the gate takes of a call, of an edit and of a console.
struct BenchGateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gate",
        abstract: "Measure throughput, edits and the console; what `gatehouse bench` does.",
        discussion: "Takes about a minute, and under 30 s with --quick."
    )

    @OptionGroup var options: BenchOptions

    func run() async throws {
        let quick = options.quick
        try await options.print { try await Self.measure(on: $0, quick: quick) }
    }

    private static func measure(on stage: BenchStage, quick: Bool) async throws -> BenchReport {
        let throughput = ThroughputBench(
            race: Race(rounds: quick ? 3 : 7, seconds: quick ? 0.7 : 1.5, stage: stage),
            connections: 64
        )
        let race = try await throughput.run()
        let served = try await serve(on: stage, quick: quick)
        return BenchReport(
            machine: BenchOptions.machine,
            rounds: throughput.race.rounds,
            secondsPerRound: throughput.race.seconds,
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
    private static func serve(
        on stage: BenchStage,
        quick: Bool
    ) async throws -> (edit: BenchReport.Edit, console: BenchReport.Console) {
        let ports = try await LoadProbe.freePorts(2)
        return try await stage.withServe(port: ports[0]) { idle in
            try await stage.withServe(port: ports[1]) { live in
                let edit = try await EditBench(
                    edits: quick ? 10 : 40,
                    port: ports[1],
                    key: stage.key,
                    socketPath: live.socketPath
                ).run()
                let visitors = Task {
                    await Performance(
                        visitors: Visitor.demonstration,
                        port: ports[1],
                        keys: [stage.key]
                    ).run()
                }
                defer { visitors.cancel() }
                let console = try ConsoleBench(
                    starts: quick ? 3 : 9,
                    seconds: quick ? 4 : 10,
                    binary: stage.binary,
                    idleSocketPath: idle.socketPath,
                    liveSocketPath: live.socketPath
                ).run()
                return (edit, console)
            }
        }
    }
}
