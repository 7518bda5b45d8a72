import Histogram
import MCP
import NIOCore
import NIOPosix
import Synchronization

/// What one run of the load generator saw.
package struct LoadResult: Equatable, Sendable, Codable {
    package var requests: Int
    /// Answers with another status or length than expected, and connections that broke.
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
    /// - Throws: `RehearsalError.unreachable` when nobody listens.
    package func run() async throws -> LoadResult {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let tally = Mutex(Tally())
        var channels: [any Channel] = []
        for _ in 0..<connections {
            let channel = try await connect(group: group) { count in
                tally.withLock { $0.add(count) }
            }
            channels.append(channel)
        }
        let start = ContinuousClock.now
        for channel in channels {
            channel.pipeline.fireUserInboundEventTriggered(LoadHandler.Start())
        }
        try await Task.sleep(for: duration)
        for channel in channels {
            try? await channel.close().get()
        }
        let seconds = start.duration(to: .now) / .seconds(1)
        try await group.shutdownGracefully()
        return tally.withLock { $0.result(seconds: seconds) }
    }

    private func connect(
        group: MultiThreadedEventLoopGroup,
        report: @escaping @Sendable (Tally) -> Void
    ) async throws -> any Channel {
        do {
            return try await ClientBootstrap(group: group)
                .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let handler = LoadHandler(load: self, report: report)
                        try channel.pipeline.syncOperations.addHandler(handler)
                    }
                }
                .connect(host: "127.0.0.1", port: port).get()
        } catch {
            throw RehearsalError(.unreachable, "Nobody answers on port \(port): \(error).")
        }
    }
}

/// What one connection counted.
private struct Tally {
    var requests = 0
    var failures = 0
    /// In microseconds, up to a minute.
    var latency = Histogram<UInt32>(
        highestTrackableValue: 60_000_000,
        numberOfSignificantValueDigits: .two
    )

    mutating func add(_ other: Tally) {
        requests += other.requests
        failures += other.failures
        latency.add(other.latency)
    }

    func result(seconds: Double) -> LoadResult {
        LoadResult(
            requests: requests,
            failures: failures,
            seconds: seconds,
            p50Microseconds: Int(latency.valueAtPercentile(50)),
            p99Microseconds: Int(latency.valueAtPercentile(99))
        )
    }
}

private final class LoadHandler: ChannelInboundHandler {
    /// Sent to every connection once all of them are open.
    struct Start: Sendable {}

    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let load: LoadGenerator
    private let request: ByteBuffer
    private let report: @Sendable (Tally) -> Void
    private var reader = ResponseReader()
    private var received = ByteBuffer()
    private var tally = Tally()
    private var sent = ContinuousClock.now

    init(load: LoadGenerator, report: @escaping @Sendable (Tally) -> Void) {
        self.load = load
        self.request = ByteBuffer(bytes: load.request)
        self.report = report
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is Start {
            send(context)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var buffer = unwrapInboundIn(data)
        if received.readableBytes == 0 {
            received = buffer
        } else {
            received.writeBuffer(&buffer)
        }
        do {
            guard let response = try reader.next(&received) else { return }
            record(response)
            send(context)
        } catch {
            tally.failures += 1
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        report(tally)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        tally.failures += 1
        context.close(promise: nil)
    }

    private func send(_ context: ChannelHandlerContext) {
        sent = .now
        context.writeAndFlush(wrapOutboundOut(request), promise: nil)
    }

    private func record(_ response: ResponseReader.Response) {
        tally.requests += 1
        let isExpected =
            response.status == load.expectedStatus && response.bodyBytes == load.expectedBodyBytes
        if !isExpected {
            tally.failures += 1
        }
        let microseconds = sent.duration(to: .now) / .microseconds(1)
        _ = tally.latency.record(UInt64(min(microseconds, 59_000_000)))
    }
}
