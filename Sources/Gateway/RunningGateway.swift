import Logging
import NIOCore
import NIOPosix

/// A gateway that listens.
package struct RunningGateway: Sendable {
    /// The port that is really bound.
    package let port: Int
    /// The address that is really bound, without the port.
    package let address: String
    /// What it terminates TLS with; nil without TLS.
    package let certificates: CertificateKeeper?
    package let upstreams: UpstreamWatch

    /// Nil when nobody can connect.
    private let channel: (any Channel)?
    private let group: MultiThreadedEventLoopGroup
    let loops: [GatewayLoop]
    private let children: ChildHost
    private let identities: Identities
    private let logger: Logger?

    init(
        channel: (any Channel)?,
        group: MultiThreadedEventLoopGroup,
        loops: [GatewayLoop],
        children: ChildHost,
        identities: Identities,
        certificates: CertificateKeeper?,
        upstreams: UpstreamWatch,
        _ logger: Logger?
    ) {
        port = channel?.localAddress?.port ?? 0
        address = channel?.localAddress?.ipAddress ?? ""
        self.channel = channel
        self.group = group
        self.loops = loops
        self.children = children
        self.identities = identities
        self.certificates = certificates
        self.upstreams = upstreams
        self.logger = logger
    }

    /// Stops accepting, lets what is in flight finish for at most `bound`, then ends the rest.
    ///
    /// Answers given meanwhile carry `Connection: close`. Call it once; the gateway is over when
    /// it returns.
    package func drain(within bound: Duration) async {
        logger?.info("gateway drains")
        try? await channel?.close().get()
        let deadline = NIODeadline.now() + .nanoseconds(max(0, bound.nanoseconds))
        await withTaskGroup { tasks in
            for loop in loops {
                tasks.addTask { await loop.drain(until: deadline) }
            }
        }
        for loop in loops { await loop.stop() }
        await children.end()
        await identities.shutdown()
        try? await group.shutdownGracefully()
        logger?.info("gateway ended")
    }
}
