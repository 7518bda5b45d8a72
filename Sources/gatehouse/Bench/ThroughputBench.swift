import Rehearsal

/// The gate with and without its guards, and nginx, under one load, round by round in turn.
struct ThroughputBench: Sendable {
    struct Outcome: Sendable {
        var direct: BenchReport.Proxy
        var guarded: BenchReport.Proxy
        var unguarded: BenchReport.Proxy
        var nginx: BenchReport.Proxy?
        var ratios: BenchReport.Ratios
    }

    var race: Race
    var connections: Int

    private var stage: BenchStage { race.stage }

    func run() async throws -> Outcome {
        let ports = try await LoadProbe.freePorts(4)
        let policy = BenchPolicy(key: stage.key, upstreamPort: ports[0]).plain
        return try await stage.withUpstream(port: ports[0]) { upstream in
            try await stage.withGate(port: ports[1], policy: policy) { guarded in
                try await stage.withGate(port: ports[2], policy: policy, isGuarded: false) {
                    unguarded in
                    try await stage.withNginx(port: ports[3], upstreamPort: ports[0]) { nginx in
                        let processes = [upstream, guarded, unguarded] + [nginx].compactMap(\.self)
                        let contestants = zip(ports, processes).map { port, process in
                            Race.Contestant(
                                load: LoadOrder(port: port, connections: connections),
                                processID: process
                            )
                        }
                        return try outcome(of: try await race.run(contestants))
                    }
                }
            }
        }
    }

    private func outcome(of lanes: [Race.Lane]) throws -> Outcome {
        let perSecond = lanes.map(\.requestsPerSecond)
        let cost = lanes.map(\.cpuSecondsPerRequest)
        let hasNginx = lanes.count > 3
        let ratios = BenchReport.Ratios(
            guardsCost: Summary.ratio(of: perSecond[1], to: perSecond[2]),
            guardsCostCPU: Summary.ratio(of: cost[2], to: cost[1]),
            againstNginx: hasNginx ? Summary.ratio(of: perSecond[1], to: perSecond[3]) : nil,
            againstNginxCPU: hasNginx ? Summary.ratio(of: cost[3], to: cost[1]) : nil
        )
        return Outcome(
            direct: try BenchReport.Proxy(lanes[0]),
            guarded: try BenchReport.Proxy(lanes[1]),
            unguarded: try BenchReport.Proxy(lanes[2]),
            nginx: hasNginx ? try BenchReport.Proxy(lanes[3]) : nil,
            ratios: ratios
        )
    }
}
