import MCP
import NIOCore
import NIOPosix
import Synchronization

/// What one run of the load generator saw.
package struct LoadResult: Equatable, Sendable, Codable {
    package var requests: Int
    /// Answers with another status or length than expected, and connections that broke or were
    /// refused.
    package var failures: Int
    package var seconds: Double
    package var p50Microseconds: Int
    package var p99Microseconds: Int

    package var requestsPerSecond: Double { Double(requests) / seconds }
}

/// A closed loop: each connection sends its next request when the last is answered.
///
/// Checks every answer's status and body length, because a fast error is no result.
package struct LoadGenerator: Sendable {
    package var port: Int
    package var connections: Int
    package var duration: Duration
    package var request: [UInt8]
    package var expectedStatus: Int
    package var expectedBodyBytes: Int
    /// A file of certificates in PEM form: the load goes over TLS 1.3 to whoever shows one of them.
    ///
    /// Nil for no TLS.
    package var trustedCertificates: String?
    /// Whether every request has a connection of its own, and so, over TLS, a full handshake.
    ///
    /// The time until its answer then counts from the connection on.
    package var renewsConnections = false

    package init(
        port: Int,
        connections: Int,
        duration: Duration,
        request: [UInt8],
        expectedStatus: Int = 200,
        expectedBodyBytes: Int = FixedUpstream.body.utf8.count
    ) {
        self.port = port
        self.connections = connections
        self.duration = duration
        self.request = request
        self.expectedStatus = expectedStatus
        self.expectedBodyBytes = expectedBodyBytes
    }

    /// Runs on one event loop and returns when `duration` is over.
    ///
    /// - Throws: `RehearsalError.unreachable` when nobody listens at the start, and what the
    ///   certificates' reader says of a file that cannot be used.
    package func run() async throws -> LoadResult {
        let dialler = try LoadDialler(self)
        do {
            let seconds =
                renewsConnections
                ? try await renewConnections(dialler) : try await keepConnections(dialler)
            await dialler.end()
            return dialler.result(seconds: seconds)
        } catch {
            await dialler.end()
            throw error
        }
    }

    /// - Returns: How long the load lasted, in seconds.
    private func keepConnections(_ dialler: LoadDialler) async throws -> Double {
        var channels: [any Channel] = []
        for _ in 0..<connections {
            channels.append(try await dialler.connect())
        }
        let start = ContinuousClock.now
        for channel in channels {
            channel.pipeline.fireUserInboundEventTriggered(LoadHandler.Order.start)
        }
        try await Task.sleep(for: duration)
        for channel in channels {
            channel.pipeline.fireUserInboundEventTriggered(LoadHandler.Order.stop)
        }
        let seconds = start.duration(to: .now) / .seconds(1)
        for channel in channels {
            try? await channel.closeFuture.get()
        }
        return seconds
    }

    /// - Returns: How long the load lasted, in seconds.
    private func renewConnections(_ dialler: LoadDialler) async throws -> Double {
        let start = ContinuousClock.now
        let end = start.advanced(by: duration)
        let first = try await dialler.connect()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<connections {
                group.addTask {
                    if number == 0 { await use(first) }
                    while ContinuousClock.now < end {
                        do {
                            await use(try await dialler.connect())
                        } catch {
                            dialler.noteRefusal()
                            try await Task.sleep(for: .milliseconds(1))
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        return start.duration(to: .now) / .seconds(1)
    }

    /// One request, one answer, and the end of the connection.
    private func use(_ channel: any Channel) async {
        channel.pipeline.fireUserInboundEventTriggered(LoadHandler.Order.start)
        try? await channel.closeFuture.get()
    }
}

/// Opens the connections of one load and adds up what they counted.
private final class LoadDialler: Sendable {
    private let load: LoadGenerator
    private let group: MultiThreadedEventLoopGroup
    private let tally = Mutex(LoadTally())
    private let security: PinnedTLS?

    init(_ load: LoadGenerator) throws {
        self.load = load
        security = try load.trustedCertificates.map(PinnedTLS.init(trusting:))
        group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    }

    func connect() async throws -> any Channel {
        do {
            return try await ClientBootstrap(group: group)
                .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                .channelInitializer { [self] channel in
                    channel.eventLoop.makeCompletedFuture { try prepare(channel) }
                }
                .connect(host: "127.0.0.1", port: load.port).get()
        } catch {
            throw RehearsalError(
                .unreachable,
                "Nobody answers on port \(load.port): \(error)."
            )
        }
    }

    private func prepare(_ channel: any Channel) throws {
        let pipeline = channel.pipeline.syncOperations
        if let security { try pipeline.addHandler(security.handler()) }
        let handler = LoadHandler(load: load) { [self] count in
            tally.withLock { $0.add(count) }
        }
        try pipeline.addHandler(handler)
    }

    func noteRefusal() {
        tally.withLock { $0.failures += 1 }
    }

    func result(seconds: Double) -> LoadResult {
        tally.withLock { $0.result(seconds: seconds) }
    }

    /// Closes what is still open.
    func end() async {
        try? await group.shutdownGracefully()
    }
}
