package import Logging
import NIOCore
import NIOPosix
package import Policy
package import Telemetry

/// Starts the data plane.
///
/// One listening socket accepts for every loop and hands each connection to the next one. A socket
/// of its own per loop (`SO_REUSEPORT`) was decided against: it lets a second gateway of the same
/// user bind the port without an error and take half the traffic, it spreads the few long-lived
/// connections that MCP clients keep by hash instead of evenly, and it resets what waits in the
/// queue of a socket that closes, which a drain must not. Accepting costs one hop per connection,
/// nothing per request.
package enum GatewayServer {
    private static let backlog: CInt = 1_024
    /// Bytes that may wait for a slow client before its upstream is no longer read.
    private static let writeWaterMark = ChannelOptions.Types.WriteBufferWaterMark(
        low: 32_768,
        high: 65_536
    )

    /// Listens and serves until the gateway is drained.
    ///
    /// The ledger outlives every policy and may be shared with the control plane; the logger is
    /// told of start and end. Throws when it cannot listen, and then leaves nothing behind.
    package static func start(
        settings: GatewaySettings,
        policy: LivePolicy,
        ledger: UsageLedger,
        failures: FailureLedger = FailureLedger(),
        tools: ToolWatch = ToolWatch(),
        telemetry: TelemetryHub,
        logger: Logger? = nil
    ) async throws(GatewayError) -> RunningGateway {
        try check(settings)
        let certificates = try certificates(of: settings, telemetry, logger)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: settings.eventLoopCount)
        let services = SharedServices(
            settings,
            ledger: ledger,
            failures: failures,
            tools: tools,
            telemetry: telemetry,
            group: group,
            logger: logger
        )
        var loops: [GatewayLoop] = []
        for eventLoop in group.makeIterator() {
            loops.append(
                await GatewayLoop.start(on: eventLoop, settings, obeying: policy, services)
            )
        }
        do {
            let channel: (any Channel)? =
                switch settings.transport {
                case .http: try await listen(settings, on: group, serving: loops, certificates)
                case .standardStreams: nil
                }
            let running = RunningGateway(
                channel: channel,
                group: group,
                loops: loops,
                children: services.children,
                identities: services.identities,
                certificates: certificates,
                upstreams: UpstreamWatch(
                    services.health,
                    obeying: policy,
                    on: group,
                    telemetry: telemetry,
                    logger: logger
                ),
                logger
            )
            if channel != nil {
                logger?.info("gateway listens", metadata: ["port": "\(running.port)"])
            }
            return running
        } catch {
            for loop in loops { await loop.stop() }
            await services.children.end()
            await services.identities.shutdown()
            try? await group.shutdownGracefully()
            throw GatewayError(binding: settings, failedWith: error)
        }
    }

    private static func check(_ settings: GatewaySettings) throws(GatewayError) {
        guard 0...65_535 ~= settings.port else {
            throw GatewayError(
                .settingsInvalid,
                "The port \(settings.port) is not between 0 and 65535; choose another."
            )
        }
        guard settings.eventLoopCount > 0, settings.connectionsMax > 0,
            settings.connectionsPerAddressMax > 0
        else {
            throw GatewayError(
                .settingsInvalid,
                "The numbers of event loops and connections must be at least 1."
            )
        }
    }

    private static func certificates(
        of settings: GatewaySettings,
        _ telemetry: TelemetryHub,
        _ logger: Logger?
    ) throws(GatewayError) -> CertificateKeeper? {
        guard let tls = settings.tls else { return nil }
        do {
            return try CertificateKeeper(
                tls,
                telemetry: telemetry,
                logger: logger,
                at: GatewayClock.wall()
            )
        } catch {
            throw GatewayError(.certificateUnusable, error.message, cause: error)
        }
    }

    private static func listen(
        _ settings: GatewaySettings,
        on group: MultiThreadedEventLoopGroup,
        serving loops: [GatewayLoop],
        _ certificates: CertificateKeeper?
    ) async throws -> any Channel {
        let contexts = LoopDirectory(loops)
        return try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: backlog)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelOption(.writeBufferWaterMark, value: writeWaterMark)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let loop = contexts.context(of: channel.eventLoop) else {
                        return channel.close(promise: nil)
                    }
                    try Arrival(channel, on: loop, certificates).begin()
                }
            }
            .bind(host: settings.host, port: settings.port)
            .get()
    }
}

extension SharedServices {
    fileprivate init(
        _ settings: GatewaySettings,
        ledger: UsageLedger,
        failures: FailureLedger,
        tools: ToolWatch,
        telemetry: TelemetryHub,
        group: MultiThreadedEventLoopGroup,
        logger: Logger?
    ) {
        let secrets = UpstreamSecrets()
        self.init(
            ledger: ledger,
            telemetry: telemetry,
            bounds: ConnectionBounds(
                totalMax: settings.connectionsMax,
                perAddressMax: settings.connectionsPerAddressMax
            ),
            builtIn: BuiltInServer(
                telemetry: telemetry,
                name: "gatehouse",
                version: settings.version
            ),
            children: ChildHost(
                times: settings.times,
                secrets: secrets,
                version: settings.version,
                logger: logger
            ),
            secrets: secrets,
            failures: failures,
            identities: Identities(group: group) { logger?.tell($0) },
            tools: tools
        )
    }
}

extension Logger {
    /// What happens to the public keys of an authorization server.
    fileprivate func tell(_ event: KeySetEvent) {
        switch event {
        case .changed(let keyCount, let ignoredCount):
            info(
                "public keys changed",
                metadata: ["keys": "\(keyCount)", "ignored": "\(ignoredCount)"]
            )
        case .refreshFailed(let problem, let areKeysHeld):
            warning(
                "public keys could not be refreshed",
                metadata: ["problem": "\(problem)", "old keys count": "\(areKeysHeld)"]
            )
        }
    }
}

/// The context of each loop, found by the loop.
struct LoopDirectory: Sendable {
    private let contexts: [ObjectIdentifier: NIOLoopBound<LoopContext>]

    init(_ loops: [GatewayLoop]) {
        contexts = Dictionary(
            uniqueKeysWithValues: loops.map { (ObjectIdentifier($0.eventLoop), $0.context) }
        )
    }

    func context(of eventLoop: any EventLoop) -> LoopContext? {
        contexts[ObjectIdentifier(eventLoop)]?.value
    }
}
