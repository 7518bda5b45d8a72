import Rehearsal

/// What connections cost whose clients keep them and say nothing.
struct IdleBench: Sendable {
    var connections: Int
    var stage: BenchStage

    func add(to report: inout LayersReport) async throws {
        if let obstacle {
            report.skipped.append(obstacle)
        } else {
            report.idle = try await run()
        }
    }

    /// Why it cannot be measured here; nil when it can.
    private var obstacle: String? {
        // Both ends have as many, and some files besides.
        let needed = connections + 256
        let limit = OpenFileLimit.hard
        guard limit < needed else { return nil }
        return
            "\(connections) idle connections need \(needed) open files; the hard limit is \(limit)."
    }

    private func run() async throws -> LayersReport.Idle {
        let port = try await LoadProbe.freePorts(1)[0]
        return try await stage.withServe(port: port) { gate in
            let result = try await stage.ask(
                [
                    "crowd", "--port", "\(port)", "--key", stage.key,
                    "--connections", "\(connections)", "--process", "\(gate.processID)",
                ],
                as: IdleCrowd.Result.self
            )
            let growth = result.residentBytes - result.residentBytesBefore
            return LayersReport.Idle(
                connections: result.connections,
                failures: result.failures,
                residentMebibytes: Double(result.residentBytes) / 1_048_576,
                kibibytesPerConnection: Double(growth) / 1_024
                    / Double(max(result.connections, 1))
            )
        }
    }
}
