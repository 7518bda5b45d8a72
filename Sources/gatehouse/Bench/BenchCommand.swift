import ArgumentParser
import Foundation
import Rehearsal

/// Measures this build on this machine, beside nginx in the same run.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure this build on this machine, beside nginx.",
        discussion: """
            Starts what is compared, a load generator and an upstream, all on loopback, and runs \
            them in turn. Ratios are formed round by round, so that they hold while the machine's \
            speed drifts. Use a release build.
            """,
        subcommands: [BenchGateCommand.self, BenchLayersCommand.self],
        defaultSubcommand: BenchGateCommand.self
    )
}

/// What a measurement found, for people and, encoded, for programs.
protocol BenchFigures: Encodable, Sendable {
    var text: String { get }
}

/// How long a measurement takes and how it is told.
struct BenchOptions: ParsableArguments {
    @Flag(help: "Fewer and shorter rounds.")
    var quick = false

    @Flag(help: "Print the figures as JSON.")
    var json = false

    static var machine: String {
        "\(ProcessInfo.processInfo.activeProcessorCount) processors, \(buildKind)"
    }

    private static var buildKind: String {
        #if DEBUG
        "debug build: the figures say nothing"
        #else
        "release build"
        #endif
    }

    /// Measures in a folder that goes away, and prints the report.
    ///
    /// SIGTERM and SIGINT cancel `body`, which ends every process that it started.
    func print<Report: BenchFigures>(
        _ body: @escaping @Sendable (BenchStage) async throws -> Report
    ) async throws {
        let folder = try TemporaryFolder(named: "gatehouse-bench")
        defer { folder.remove() }
        OpenFileLimit.raise()
        let stage = try BenchStage(folder: folder.path)
        let report = try await Self.untilTerminated { try await body(stage) }
        guard json else { return Swift.print(report.text) }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        Swift.print(String(decoding: try encoder.encode(report), as: UTF8.self))
    }

    private static func untilTerminated<Report: Sendable>(
        _ body: @escaping @Sendable () async throws -> Report
    ) async throws -> Report {
        try await withThrowingTaskGroup(of: Report?.self) { group in
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
}
