import NIOCore
import NIOPosix
import Policy

/// One loop's connections to the upstream: idle ones first, new ones when none is left.
///
/// There is at most one busy connection per client connection of the loop, plus `drainingMax`
/// whose client has gone.
final class UpstreamPool {
    /// Idle connections kept; a connection beyond them is closed when its exchange ends.
    private static let idleMax = 256
    /// Exchanges that may run on with nobody waiting; beyond them a lost client's exchange is cut.
    private static let drainingMax = 64
    /// The kernel's buffer per upstream connection: what an upstream can make the gateway hold
    /// when it sends faster than the client reads.
    private static let receiveBufferBytes: Int = 262_144

    /// The one used last is used next, so that those that are not needed grow old.
    private var idle: [UpstreamConnection] = []
    private var drainingCount = 0
    private var isClosed = false

    /// A connection that is idle or being made.
    func connection(to target: UpstreamAddress, on loop: LoopContext) -> UpstreamConnection {
        while let candidate = idle.popLast() {
            if candidate.target == target, candidate.isIdle { return candidate }
            candidate.close()
        }
        return connect(to: target, on: loop)
    }

    /// Whether the connection may wait for another exchange; `wanted` is the upstream in force.
    func keep(_ connection: UpstreamConnection, wanted: UpstreamAddress?) -> Bool {
        guard !isClosed, idle.count < Self.idleMax, connection.target == wanted else {
            return false
        }
        idle.append(connection)
        return true
    }

    func forget(_ connection: UpstreamConnection) {
        idle.removeAll { $0 === connection }
    }

    /// After the policy changed: idle connections to a former upstream are of no use any more.
    func closeIdle(except wanted: UpstreamAddress?) {
        for connection in idle where connection.target != wanted {
            connection.close()
        }
    }

    /// From now on nothing is kept and nothing runs on unattended.
    func shut() {
        isClosed = true
        closeIdle(except: nil)
    }

    func mayDrain() -> Bool { !isClosed && drainingCount < Self.drainingMax }

    func drainBegan() { drainingCount += 1 }

    func drainEnded() { drainingCount -= 1 }

    private func connect(
        to target: UpstreamAddress,
        on loop: LoopContext
    ) -> UpstreamConnection {
        let connection = UpstreamConnection(to: target, on: loop)
        loop.upstreamConnections.join(connection)
        let bound = NIOLoopBound(connection, eventLoop: loop.eventLoop)
        let bootstrap = self.bootstrap(for: bound, on: loop)
        let connected =
            if let address = try? SocketAddress(ipAddress: target.host, port: target.port) {
                bootstrap.connect(to: address)
            } else {
                bootstrap.connect(host: target.host, port: target.port)
            }
        connected.assumeIsolated().whenFailure { error in
            connection.connectFailed(Self.failure(of: error))
        }
        return connection
    }

    private static func failure(of error: any Error) -> UpstreamFailure {
        if case .connectTimeout? = error as? ChannelError { .timeout } else { .unreachable }
    }

    private func bootstrap(
        for connection: NIOLoopBound<UpstreamConnection>,
        on loop: LoopContext
    ) -> ClientBootstrap {
        let limit = TimeAmount.nanoseconds(loop.times.upstreamConnect.nanoseconds)
        return ClientBootstrap(group: loop.eventLoop)
            .connectTimeout(limit)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.socketOption(.so_rcvbuf), value: Self.receiveBufferBytes)
            .channelOption(.maxMessagesPerRead, value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(connection.value)
                }
            }
    }
}
