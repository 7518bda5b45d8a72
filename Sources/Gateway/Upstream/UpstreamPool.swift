import NIOCore
import NIOPosix
import Policy

/// One loop's connections to one upstream: idle ones first, new ones when none is left.
final class UpstreamPool {
    /// Idle connections kept; a connection beyond them is closed when its exchange ends.
    private static let idleMax = 256
    /// The kernel's buffer per upstream connection: what an upstream can make the gateway hold
    /// when it sends faster than the client reads.
    private static let receiveBufferBytes: Int = 262_144

    let target: UpstreamAddress
    let health: UpstreamHealth
    /// Whether the policy in force names the upstream; connections to any other are not kept.
    var isWanted: Bool
    /// The one used last is used next, so that those that are not needed grow old.
    private var idle: [UpstreamConnection] = []

    init(to target: UpstreamAddress, health: UpstreamHealth, isWanted: Bool) {
        self.target = target
        self.health = health
        self.isWanted = isWanted
    }

    /// A connection that is idle or being made.
    func connection(on loop: LoopContext) -> UpstreamConnection {
        while let candidate = idle.popLast() {
            if candidate.isIdle { return candidate }
            candidate.close()
        }
        return connect(on: loop)
    }

    /// Whether the connection may wait for another exchange.
    func keep(_ connection: UpstreamConnection) -> Bool {
        guard isWanted, idle.count < Self.idleMax else { return false }
        idle.append(connection)
        return true
    }

    func forget(_ connection: UpstreamConnection) {
        idle.removeAll { $0 === connection }
    }

    /// From now on nothing is kept; exchanges under way run to their end.
    func retire() {
        isWanted = false
        for connection in idle { connection.close() }
    }

    private func connect(on loop: LoopContext) -> UpstreamConnection {
        let connection = UpstreamConnection(of: self, on: loop)
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
