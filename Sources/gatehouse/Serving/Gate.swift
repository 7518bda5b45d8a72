import Admin
import Control
import Foundation
import Gateway
import Logging
import Policy
import Store
import Telemetry

/// A whole gate in this process: data plane, control plane and admin endpoint.
///
/// The one place that knows everyone. It stands as long as the body of `with` runs.
struct Gate: Sendable {
    /// How long calls in flight may take to finish once the gate is told to end.
    static let drainMax = Duration.seconds(10)

    let gateway: RunningGateway
    let opening: ControlOpening
    let control: ControlPlane
    let telemetry: TelemetryHub
    let live: LivePolicy
    let author: Author

    /// Starts everything in the order of the dependencies, runs `body`, then drains and ends it.
    ///
    /// - Throws: `StoreError`, `GatewayError` or `AdminError` when a part does not start.
    static func with<Result: Sendable>(
        _ options: GateOptions,
        logger: Logger,
        _ body: @escaping @Sendable (Gate) async throws -> Result
    ) async throws -> Result {
        let store = try PolicyStore(path: options.storePath)
        do {
            let gate = try await start(options, store: store, logger: logger)
            let result = try await gate.serve(socketPath: options.socketPath, logger: logger, body)
            try store.close()
            return result
        } catch {
            try? store.close()
            throw error
        }
    }

    private static func start(
        _ options: GateOptions,
        store: PolicyStore,
        logger: Logger
    ) async throws -> Gate {
        let clock = ControlClock.system
        let author = Author.current
        let opening = try await ControlPlane.start(
            store: store,
            seed: options.seed,
            author: author,
            keyEnvironment: options.keyEnvironment,
            clock: clock,
            derivePassword: { try PasswordHash.make(password: $0) }
        )
        let live = LivePolicy(opening.enforced)
        let ledger = UsageLedger()
        let failures = FailureLedger()
        opening.restoreBlocks(to: ledger, failures, clock: clock)
        let tools = ToolWatch()
        tools.restore(opening.toolPins)
        let started = clock.wall()
        let telemetry = TelemetryHub(ledger: ledger, started: started, at: clock.monotonic())
        let gateway = try await GatewayServer.start(
            settings: options.settings,
            policy: live,
            ledger: ledger,
            failures: failures,
            tools: tools,
            telemetry: telemetry,
            logger: logger
        )
        let facts = GateFacts(
            version: Gatehouse.version,
            processID: getpid(),
            started: started,
            listenAddress: gateway.listenAddress,
            eventLoops: options.settings.eventLoopCount,
            keyEnvironment: options.keyEnvironment
        )
        let control = ControlPlane(
            store: store,
            opening: opening,
            live: live,
            ledger: ledger,
            failures: failures,
            tools: tools,
            telemetry: telemetry,
            clock: clock,
            facts: facts,
            ports: ports(of: gateway),
            logger: logger
        )
        return Gate(
            gateway: gateway,
            opening: opening,
            control: control,
            telemetry: telemetry,
            live: live,
            author: author
        )
    }

    private static func ports(of gateway: RunningGateway) -> ControlPorts {
        let (certificates, upstreams) = (gateway.certificates, gateway.upstreams)
        return ControlPorts(
            derivePassword: { try PasswordHash.make(password: $0) },
            certificate: {
                guard let standing = certificates?.standing else { return nil }
                return CertificateTerm(
                    names: standing.names,
                    validUntil: standing.validUntil,
                    daysLeft: standing.daysLeft(at: GatewayClock.wall())
                )
            },
            upstreams: {
                upstreams.standings(at: GatewayClock.monotonic()).map(UpstreamStanding.init)
            }
        )
    }

    /// Runs the admin endpoint and the second's beat beside `body`.
    private func serve<Result: Sendable>(
        socketPath: String,
        logger: Logger,
        _ body: @escaping @Sendable (Gate) async throws -> Result
    ) async throws -> Result {
        let (listening, hasSocket) = AsyncStream<Void>.makeStream()
        let server = AdminServer(socketPath: socketPath, logger: logger) { author in
            control.service(for: author)
        }
        do {
            let result = try await withThrowingTaskGroup(of: Result?.self) { group in
                group.addTask {
                    try await server.run { hasSocket.finish() }
                    return nil
                }
                group.addTask {
                    await beat()
                    return nil
                }
                if let log = DebugLog(telemetry: telemetry, policy: live, logger: logger) {
                    group.addTask {
                        await log.run()
                        return nil
                    }
                }
                group.addTask {
                    for await _ in listening {}
                    try Task.checkCancellation()
                    return try await body(self)
                }
                defer { group.cancelAll() }
                while let finished = try await group.next() {
                    if let finished { return finished }
                }
                throw CancellationError()
            }
            await gateway.drain(within: Self.drainMax)
            await control.finish()
            return result
        } catch {
            await gateway.drain(within: .zero)
            throw error
        }
    }

    private func beat() async {
        let clock = ContinuousClock()
        var next = clock.now
        while !Task.isCancelled {
            next = next.advanced(by: .seconds(1))
            guard (try? await clock.sleep(until: next)) != nil else { return }
            gateway.certificates?.look(
                at: GatewayClock.wall(),
                monotonic: GatewayClock.monotonic()
            )
            gateway.upstreams.look(
                at: GatewayClock.wall(),
                monotonic: GatewayClock.monotonic()
            )
            telemetry.tick(at: GatewayClock.wall(), monotonic: GatewayClock.monotonic())
            await control.tick()
        }
    }
}

extension ControlClock {
    /// The clocks that the data plane reads too.
    static let system = ControlClock(
        wall: { GatewayClock.wall() },
        monotonic: { GatewayClock.monotonic() }
    )
}

extension RunningGateway {
    /// Address and port as a URL names them: `127.0.0.1:8080` or `[::1]:8080`; `stdio` when
    /// nobody can connect.
    var listenAddress: String {
        if address.isEmpty { return "stdio" }
        return address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)"
    }
}

extension UpstreamStanding {
    fileprivate init(_ standing: UpstreamWatch.Standing) {
        self.init(
            server: standing.name,
            address: standing.address,
            isReachable: standing.reachability.isReachable,
            since: standing.reachability.since,
            suspendedSeconds: standing.suspendedSeconds
        )
    }
}

extension Author {
    /// Whoever started this process.
    static var current: Author {
        Author(uid: getuid(), name: NSUserName())
    }
}
