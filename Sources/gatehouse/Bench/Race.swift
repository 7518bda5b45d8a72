import Rehearsal

/// Several servers under the same load in turn, so that ratios hold while the machine's speed
/// drifts.
///
/// Each has a processor to itself while its turn lasts; the generator and the upstream share
/// another. Every other round runs backwards, so that none is always the one after the same other.
struct Race: Sendable {
    struct Contestant: Sendable {
        var load: LoadOrder
        /// Whose CPU time counts.
        var processID: Int32
    }

    /// What one contestant's rounds came to.
    struct Lane: Sendable {
        fileprivate(set) var loads: [LoadResult] = []
        fileprivate(set) var cpuSeconds: [Double] = []

        var requestsPerSecond: [Double] { loads.map(\.requestsPerSecond) }

        var cpuSecondsPerRequest: [Double] {
            zip(cpuSeconds, loads).map { $0 / Double(max($1.requests, 1)) }
        }
    }

    var rounds: Int
    var seconds: Double
    var stage: BenchStage

    /// One warm-up each, then every contestant in turn, `rounds` times.
    func run(_ contestants: [Contestant]) async throws -> [Lane] {
        for contestant in contestants {
            try await LoadProbe.waitForPort(contestant.load.port)
            _ = try await stage.load(contestant.load, seconds: min(seconds, 0.5))
        }
        var lanes = contestants.map { _ in Lane() }
        for round in 0..<rounds {
            let order = Array(contestants.indices)
            for index in round.isMultiple(of: 2) ? order : order.reversed() {
                let before = try account(contestants[index])
                let result = try await stage.load(contestants[index].load, seconds: seconds)
                let after = try account(contestants[index])
                lanes[index].loads.append(result)
                lanes[index].cpuSeconds.append(after.cpuSeconds - before.cpuSeconds)
            }
        }
        return lanes
    }

    private func account(_ contestant: Contestant) throws -> ProcessAccount {
        guard let account = ProcessAccount(processID: contestant.processID) else {
            throw RehearsalError(.peerUnavailable, "A proxy ended during the measurement.")
        }
        return account
    }
}

extension BenchReport.Proxy {
    init(_ lane: Race.Lane) throws {
        guard let perSecond = Summary(lane.requestsPerSecond),
            let cpu = Summary(lane.cpuSecondsPerRequest.map { $0 * 1_000_000 }),
            let p50 = Summary(lane.loads.map { Double($0.p50Microseconds) }),
            let p99 = Summary(lane.loads.map { Double($0.p99Microseconds) })
        else { throw RehearsalError(.peerUnavailable, "No round was measured.") }
        requestsPerSecond = perSecond
        cpuMicrosecondsPerRequest = cpu
        p50Microseconds = p50
        p99Microseconds = p99
        failures = lane.loads.map(\.failures).reduce(0, +)
    }
}
