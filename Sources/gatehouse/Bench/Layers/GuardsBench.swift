import Rehearsal

/// What the guards of every layer cost, under a small policy and under a large one.
struct GuardsBench: Sendable {
    static let small = 10
    static let large = 10_000

    var race: Race

    func add(to report: inout LayersReport) async throws {
        let lanes = try await run()
        report.guards = LayersReport.Guards(
            off: try BenchReport.Proxy(lanes[0]),
            on: try BenchReport.Proxy(lanes[1]),
            onLarge: try BenchReport.Proxy(lanes[2])
        )
        report.compare(lanes[1], to: lanes[0], as: "layers_cost")
        report.compare(lanes[2], to: lanes[1], as: "size_cost")
    }

    /// Off, on, and on with the large policy.
    private func run() async throws -> [Race.Lane] {
        let stage = race.stage
        let ports = try await LoadProbe.freePorts(4)
        let policy = BenchPolicy(key: stage.key, upstreamPort: ports[0])
        let small = policy.hardened(size: Self.small)
        let large = policy.hardened(size: Self.large)
        return try await stage.withUpstream(port: ports[0]) { _ in
            try await stage.withGate(port: ports[1], policy: small, isGuarded: false) { off in
                try await stage.withGate(port: ports[2], policy: small) { on in
                    try await stage.withGate(port: ports[3], policy: large) { onLarge in
                        let contestants = zip(ports.dropFirst(), [off, on, onLarge]).map {
                            Race.Contestant(load: LoadOrder(port: $0), processID: $1)
                        }
                        return try await race.run(contestants)
                    }
                }
            }
        }
    }
}
