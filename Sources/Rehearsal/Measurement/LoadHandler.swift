import Histogram
import MCP
import NIOCore

/// One connection of a load: sends, checks the answer, and either sends again or ends.
final class LoadHandler: ChannelInboundHandler {
    /// What the generator tells a connection.
    enum Order: Sendable {
        case start
        /// The request under way is given up and counts neither way.
        case stop
    }

    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let load: LoadGenerator
    private let request: ByteBuffer
    private let report: @Sendable (LoadTally) -> Void
    private var reader = ResponseReader()
    private var received = ByteBuffer()
    private var tally = LoadTally()
    private var sent = ContinuousClock.now
    /// Whether the end of the connection is no failure, or one that was counted already.
    private var isEnding = false

    /// Calls `report` once, when the connection has ended.
    init(load: LoadGenerator, report: @escaping @Sendable (LoadTally) -> Void) {
        self.load = load
        self.request = ByteBuffer(bytes: load.request)
        self.report = report
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event as? Order {
        case .start: send(context)
        case .stop: end(context)
        case nil: context.fireUserInboundEventTriggered(event)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isEnding else { return }
        var buffer = unwrapInboundIn(data)
        if received.readableBytes == 0 {
            received = buffer
        } else {
            received.writeBuffer(&buffer)
        }
        do {
            guard let response = try reader.next(&received) else { return }
            record(response)
            if load.renewsConnections {
                end(context)
            } else {
                send(context)
            }
        } catch {
            fail()
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail()
        report(tally)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail()
        context.close(promise: nil)
    }

    private func send(_ context: ChannelHandlerContext) {
        sent = .now
        context.writeAndFlush(wrapOutboundOut(request), promise: nil)
    }

    private func end(_ context: ChannelHandlerContext) {
        isEnding = true
        context.close(promise: nil)
    }

    private func fail() {
        guard !isEnding else { return }
        isEnding = true
        tally.failures += 1
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

/// What one connection counted.
struct LoadTally: Sendable {
    var requests = 0
    var failures = 0
    /// In microseconds, up to a minute.
    var latency = Histogram<UInt32>(
        highestTrackableValue: 60_000_000,
        numberOfSignificantValueDigits: .two
    )

    mutating func add(_ other: LoadTally) {
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
