import NIOCore
import NIOPosix
import Policy
import Telemetry
import Testing

@testable import Gateway

/// Whether servers can be reached, tried without a call.
@Suite(.timeLimit(.minutes(1))) struct UpstreamWatchTests {
    private static let wall = Timestamp(millisecondsSince1970: 1_700_000_000_000)
    private static let start = MonotonicTime(nanoseconds: 1_000_000_000)

    // MARK: When to try

    @Test func `a try is due at once and never beside another`() {
        var server = Reachability()
        #expect(server.isReachable == nil)
        let tries = [0, 60].map { server.beginTry(at: Self.start.advanced(bySeconds: $0)) }
        #expect(tries == [true, false])
    }

    @Test(arguments: [
        (true, Reachability.intervalSeconds), (false, Reachability.lostIntervalSeconds),
    ])
    func `the next one is due after a time that depends on how it went`(
        isReachable: Bool,
        seconds: Int64
    ) {
        var server = Reachability()
        _ = server.beginTry(at: Self.start)
        _ = server.endTry(isReachable: isReachable, at: Self.start, wall: Self.wall)
        let tries = [seconds - 1, seconds].map {
            server.beginTry(at: Self.start.advanced(bySeconds: $0))
        }
        #expect(tries == [false, true])
    }

    @Test func `only a change is news, and being there from the beginning is none`() {
        var server = Reachability()
        let ends = [true, true, false, false, true].map {
            server.endTry(isReachable: $0, at: Self.start, wall: Self.wall)
        }
        #expect(ends == [nil, nil, .lost, nil, .regained])
    }

    @Test func `a server that is missing from the beginning is news`() {
        var server = Reachability()
        let news = server.endTry(isReachable: false, at: Self.start, wall: Self.wall)
        #expect(news == .lost)
        #expect(server.since == Self.wall)
    }

    // MARK: Real servers

    @Test func `a server that is lost and comes back is told of both times`() async throws {
        var port = 0
        try await ScriptedUpstream.with(.silent) { port = $0.port }
        let document = TestGateway.document {
            $0.upstream = UpstreamRule(url: "http://127.0.0.1:\(port)/mcp")
        }
        try await TestGateway.with(document) { gateway in
            let watch = gateway.running.upstreams
            watch.look(at: Self.wall, monotonic: Self.start)
            let lost = await gateway.changes(count: 1)
            #expect(lost.map(\.severity) == [.critical])
            #expect(lost.first?.reason == .upstreamUnreachable)
            try await listening(onPort: port) {
                watch.look(at: Self.wall, monotonic: Self.start.advanced(bySeconds: 60))
                let changes = await gateway.changes(count: 2)
                #expect(changes.map(\.severity) == [.critical, .info])
            }
        }
    }

    @Test func `only servers of the policy in force are tried and told of`() async throws {
        try await ScriptedUpstream.with(.silent) { upstream in
            let document = TestGateway.document {
                $0.upstream = UpstreamRule(url: upstream.url)
                $0.servers = [
                    ServerRule(name: "child", upstream: UpstreamRule(command: ["/bin/cat"]))
                ]
            }
            try await TestGateway.with(document) { gateway in
                let watch = gateway.running.upstreams
                watch.look(at: Self.wall, monotonic: Self.start)
                while watch.standings(at: Self.start).first?.reachability.isReachable == nil {
                    await Task.yield()
                }
                let standings = watch.standings(at: Self.start)
                #expect(standings.map(\.name) == [""])
                #expect(standings.map(\.address) == ["127.0.0.1:\(upstream.port)"])
                #expect(standings.map(\.suspendedSeconds) == [nil])
                #expect(gateway.changes.isEmpty)
                await gateway.activate(TestGateway.document(), number: 2)
                watch.look(at: Self.wall, monotonic: Self.start)
                #expect(watch.standings(at: Self.start).isEmpty)
            }
        }
    }

    private func listening(onPort port: Int, _ body: () async -> Void) async throws {
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .bind(host: "127.0.0.1", port: port)
            .get()
        await body()
        try await server.close().get()
    }
}

extension TestGateway {
    fileprivate var changes: [SecurityEvent] {
        telemetry.events(after: 0, limit: 100).events.filter { $0.kind == .upstreamChanged }
    }

    /// Waits until so many are told; the suite's time limit bounds it.
    fileprivate func changes(count: Int) async -> [SecurityEvent] {
        while changes.count < count { await Task.yield() }
        return changes
    }
}
