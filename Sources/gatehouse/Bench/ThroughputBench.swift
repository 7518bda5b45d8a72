import Foundation
import Policy
import Rehearsal

/// The gate with and without its guards, and nginx, under one load, round by round in turn.
///
/// The load generator and the upstream share one processor, each proxy has the other to itself.
struct ThroughputBench: Sendable {
    struct Outcome: Sendable {
        var direct: BenchReport.Proxy
        var guarded: BenchReport.Proxy
        var unguarded: BenchReport.Proxy
        var nginx: BenchReport.Proxy?
        var ratios: BenchReport.Ratios
    }

    private struct Contestant: Sendable {
        var port: Int
        var processID: Int32
        var rounds = Rounds()
    }

    private struct Rounds: Sendable {
        var loads: [LoadResult] = []
        var cpuSeconds: [Double] = []
    }

    static let generatorProcessor = 0
    static let proxyProcessor = 1

    var rounds: Int
    var seconds: Double
    var connections: Int
    var binary: String
    var folder: String
    var ports: BenchPorts

    func run() async throws -> Outcome {
        try await peer(["upstream", "--port", "\(ports.upstream)"], Self.generatorProcessor) {
            upstream in
            try await peer(gate("guarded", ports.guarded), Self.proxyProcessor) { guarded in
                try await peer(gate("unguarded", ports.unguarded), Self.proxyProcessor) {
                    unguarded in
                    let gates = [
                        Contestant(port: ports.upstream, processID: upstream),
                        Contestant(port: ports.guarded, processID: guarded),
                        Contestant(port: ports.unguarded, processID: unguarded),
                    ]
                    guard let nginx = Self.nginxPath else { return try await race(gates) }
                    return try await withNginx(nginx) { processID in
                        let peer = Contestant(port: ports.nginx, processID: processID)
                        return try await race(gates + [peer])
                    }
                }
            }
        }
    }

    private func gate(_ kind: String, _ port: Int) -> [String] {
        [
            "gate", "--port", "\(port)", "--upstream", "\(ports.upstream)", "--key", ports.key,
            "--guards", kind == "guarded" ? "on" : "off",
        ]
    }

    private func peer<Result: Sendable>(
        _ arguments: [String],
        _ processor: Int,
        _ body: @escaping @Sendable (Int32) async throws -> Result
    ) async throws -> Result {
        try await ChildProcess.with(
            binary,
            ["bench-peer"] + arguments,
            processor: processor,
            body
        )
    }

    private static var nginxPath: String? {
        ["/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx"]
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// nginx's worker is a child of the process that is started; its account is the one that counts.
    private func withNginx<Result: Sendable>(
        _ path: String,
        _ body: @escaping @Sendable (Int32) async throws -> Result
    ) async throws -> Result {
        let configuration = NginxConfiguration(
            port: ports.nginx,
            upstreamPort: ports.upstream,
            key: ports.key,
            folder: folder
        )
        let file = "\(folder)/nginx.conf"
        try configuration.text.write(toFile: file, atomically: true, encoding: .utf8)
        return try await ChildProcess.with(
            path,
            ["-p", folder, "-e", "\(folder)/error.log", "-c", file],
            processor: Self.proxyProcessor
        ) { master in
            try await LoadProbe.waitForPort(ports.nginx)
            let worker = try await Self.worker(of: master)
            return try await body(worker)
        }
    }

    /// The master listens before it starts its worker, so the worker may come a little later.
    private static func worker(of master: Int32) async throws -> Int32 {
        for _ in 0..<100 {
            let children = "/proc/\(master)/task/\(master)/children"
            let text = try String(contentsOfFile: children, encoding: .utf8)
            if let worker = text.split(separator: " ").first.flatMap({ Int32($0) }) {
                return worker
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw RehearsalError(.peerUnavailable, "nginx started no worker within 2 s.")
    }

    /// One warm-up each, then every contestant in turn, `rounds` times.
    private func race(_ entered: [Contestant]) async throws -> Outcome {
        var contestants = entered
        for index in contestants.indices {
            try await LoadProbe.waitForPort(contestants[index].port)
            _ = try await load(contestants[index], seconds: min(seconds, 0.5))
        }
        for _ in 0..<rounds {
            for index in contestants.indices {
                let before = try account(contestants[index])
                let result = try await load(contestants[index], seconds: seconds)
                let after = try account(contestants[index])
                contestants[index].rounds.loads.append(result)
                contestants[index].rounds.cpuSeconds.append(after.cpuSeconds - before.cpuSeconds)
            }
        }
        return try outcome(of: contestants.map(\.rounds))
    }

    private func account(_ contestant: Contestant) throws -> ProcessAccount {
        guard let account = ProcessAccount(processID: contestant.processID) else {
            throw RehearsalError(.peerUnavailable, "A proxy ended during the measurement.")
        }
        return account
    }

    private func load(_ contestant: Contestant, seconds: Double) async throws -> LoadResult {
        let output = try await ChildProcess.output(
            binary,
            [
                "bench-peer", "load", "--port", "\(contestant.port)", "--key", ports.key,
                "--connections", "\(connections)", "--seconds", "\(seconds)",
            ],
            processor: Self.generatorProcessor
        )
        return try JSONDecoder().decode(LoadResult.self, from: Data(output.utf8))
    }

    private func outcome(of rounds: [Rounds]) throws -> Outcome {
        let proxies = try rounds.map(Self.proxy)
        let perSecond = rounds.map { $0.loads.map(\.requestsPerSecond) }
        let cost = rounds.map { rounds in
            zip(rounds.cpuSeconds, rounds.loads).map { $0 / Double(max($1.requests, 1)) }
        }
        let hasNginx = rounds.count > 3
        let ratios = BenchReport.Ratios(
            guardsCost: Summary.ratio(of: perSecond[1], to: perSecond[2]),
            guardsCostCPU: Summary.ratio(of: cost[2], to: cost[1]),
            againstNginx: hasNginx ? Summary.ratio(of: perSecond[1], to: perSecond[3]) : nil,
            againstNginxCPU: hasNginx ? Summary.ratio(of: cost[3], to: cost[1]) : nil
        )
        return Outcome(
            direct: proxies[0],
            guarded: proxies[1],
            unguarded: proxies[2],
            nginx: hasNginx ? proxies[3] : nil,
            ratios: ratios
        )
    }

    private static func proxy(_ rounds: Rounds) throws -> BenchReport.Proxy {
        let cost = zip(rounds.cpuSeconds, rounds.loads).map {
            $0 * 1_000_000 / Double(max($1.requests, 1))
        }
        guard let perSecond = Summary(rounds.loads.map(\.requestsPerSecond)),
            let cpu = Summary(cost),
            let p50 = Summary(rounds.loads.map { Double($0.p50Microseconds) }),
            let p99 = Summary(rounds.loads.map { Double($0.p99Microseconds) })
        else { throw RehearsalError(.peerUnavailable, "No round was measured.") }
        return BenchReport.Proxy(
            requestsPerSecond: perSecond,
            cpuMicrosecondsPerRequest: cpu,
            p50Microseconds: p50,
            p99Microseconds: p99,
            failures: rounds.loads.map(\.failures).reduce(0, +)
        )
    }
}

/// Ports and the key that all contestants share.
struct BenchPorts: Sendable {
    var upstream: Int
    var guarded: Int
    var unguarded: Int
    var nginx: Int
    /// As long as a real key; it guards nothing but the measurement.
    var key: String
}
