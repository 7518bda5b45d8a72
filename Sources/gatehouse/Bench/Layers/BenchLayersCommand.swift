import ArgumentParser

/// What every layer of the gate costs, and what it holds under.
struct BenchLayersCommand: AsyncParsableCommand {
    /// One of the measurements.
    enum Part: String, CaseIterable, ExpressibleByArgument {
        case guards
        case addresses
        case idle
        case tls
        case changes
    }

    static let configuration = CommandConfiguration(
        commandName: "layers",
        abstract: "Measure every layer: guards, addresses, idle connections, TLS, changes.",
        discussion: """
            guards: all of them on against off, and with 10,000 allowlist prefixes, denylist \
            prefixes and keys against ten of each. addresses: 100,000 within a minute, whether \
            every limit is exact and what they take. idle: what 10,000 kept connections take. \
            tls: requests and full handshakes beside nginx. changes: 1,000 edits and renewed \
            certificates under load, and how many calls fail. Takes about four minutes, and under \
            one with --quick, which does less of everything.
            """
    )

    @OptionGroup var options: BenchOptions

    @Option(help: "Measure this part alone; may be given again.")
    var only: [Part] = []

    func run() async throws {
        let parts = only.isEmpty ? Part.allCases : only
        let quick = options.quick
        try await options.print { stage in
            var report = LayersReport(machine: BenchOptions.machine)
            for part in Part.allCases where parts.contains(part) {
                try await Self.measure(part, on: stage, quick: quick, into: &report)
            }
            return report
        }
    }

    private static func measure(
        _ part: Part,
        on stage: BenchStage,
        quick: Bool,
        into report: inout LayersReport
    ) async throws {
        switch part {
        case .guards:
            let race = Race(rounds: quick ? 3 : 15, seconds: quick ? 0.5 : 1, stage: stage)
            try await GuardsBench(race: race).add(to: &report)
        case .addresses:
            try await AddressBench(addresses: quick ? 2_000 : 100_000, stage: stage)
                .add(to: &report)
        case .idle:
            try await IdleBench(connections: quick ? 1_000 : 10_000, stage: stage)
                .add(to: &report)
        case .tls:
            let race = Race(rounds: quick ? 3 : 7, seconds: quick ? 0.5 : 1.5, stage: stage)
            try await SecureBench(race: race).add(to: &report)
        case .changes:
            try await ChangeBench(
                edits: quick ? 60 : 1_000,
                renewals: quick ? 3 : 20,
                seconds: quick ? 1 : 5,
                stage: stage
            ).add(to: &report)
        }
    }
}
