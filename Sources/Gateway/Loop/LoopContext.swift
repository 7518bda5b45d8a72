import MCP
import NIOCore
import Policy
import Telemetry

/// Everything that the connections of one event loop share; touched on that loop only.
final class LoopContext {
    let eventLoop: any EventLoop
    let times: TimeSpans
    let isGuarded: Bool
    /// Whether clients come over TLS that ends here.
    let isSecure: Bool
    let ledger: UsageLedger
    let recorder: LoopRecorder
    let bounds: ConnectionBounds
    let builtIn: BuiltInServer
    let services: SharedServices
    var clock = LoopClock()
    /// Answers and upstream requests are put together here, one at a time, and written at once;
    /// its storage is reused as soon as the socket has taken the bytes.
    var outgoing = ByteBuffer()
    /// Reads the message in every body that comes in on this loop.
    var envelopes = EnvelopeScanner()
    /// Whether this loop is too late to take on more.
    var load = LoadGuard()
    /// What judges access tokens; nil when the policy accepts none.
    private(set) var tokens: TokenVerifier?
    /// What OAuth clients are told; nil alike.
    private(set) var resource: ProtectedResource?
    private(set) var challenges: Challenges
    /// Whether the last change of policy left the rules for access tokens as they were.
    private(set) var acceptsSameTokens = true
    private var dueSweep: MonotonicTime?
    var bodies: BodyBudget
    var clients = Roster<ClientConnection>()
    /// Connections whose PROXY header is awaited.
    var proxied = Roster<ProxiedConnection>()
    /// Connections that shake hands, and those that carry streams.
    var secured = Roster<SecureConnection>()
    let upstreams: UpstreamPools
    var upstreamConnections = Roster<UpstreamConnection>()
    private(set) var policy: EnforcedPolicy
    /// Grows with every policy that this loop obeys.
    private(set) var generation: UInt64 = 0
    private(set) var isDraining = false
    private var sweepTask: RepeatedTask?
    private var whenEmpty: EventLoopPromise<Void>?

    init(
        eventLoop: any EventLoop,
        settings: GatewaySettings,
        policy: EnforcedPolicy,
        services: SharedServices
    ) {
        self.eventLoop = eventLoop
        times = TimeSpans(settings.times)
        isGuarded = settings.isGuarded
        isSecure = settings.tls != nil
        bodies = BodyBudget(bytesMax: settings.heldBodyBytesMax / settings.eventLoopCount)
        self.policy = policy
        ledger = services.ledger
        recorder = services.telemetry.makeRecorder()
        bounds = services.bounds
        builtIn = services.builtIn
        self.services = services
        upstreams = UpstreamPools(services.health)
        challenges = Challenges(policy.snapshot.document.authentication, resource: nil)
        readAuthentication()
        serveUpstreams()
    }

    var now: MonotonicTime { clock.now }

    // MARK: Policy

    /// From now on every request on this loop is judged by `policy`.
    func obey(_ policy: EnforcedPolicy) {
        clock.refresh()
        let rules = self.policy.snapshot.document.authentication.tokens
        self.policy = policy
        generation += 1
        acceptsSameTokens = rules == policy.snapshot.document.authentication.tokens
        readAuthentication()
        serveUpstreams()
        for client in clients.members {
            client.policyChanged()
        }
        for connection in secured.members {
            connection.policyChanged()
        }
    }

    private func readAuthentication() {
        let document = policy.snapshot.document
        tokens = services.identities.tokens(for: document.authentication.tokens)
        resource = document.authentication.tokens.flatMap {
            ProtectedResource($0, serverNames: document.servers.map(\.name))
        }
        challenges = Challenges(document.authentication, resource: resource)
    }

    /// The values of `WWW-Authenticate` that go with a denial: a 401, or a token's 403.
    func challenges(for denial: CallDenial) -> [String] {
        switch denial.code {
        case .credentialsMissing: challenges.missing
        case .insufficientScope: [challenges.insufficientScope(needed: [])]
        default: denial.status == 401 ? challenges.invalid : []
        }
    }

    private func serveUpstreams() {
        let servers = policy.snapshot.servers.all
        services.secrets.prepare(servers, at: now)
        upstreams.serve(servers.compactMap(\.address))
        services.children.serve(servers)
    }

    // MARK: Time

    func startSweeping() {
        let interval = TimeAmount.nanoseconds(times.sweep.nanoseconds)
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        sweepTask = eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in
            bound.value.sweep()
        }
    }

    func sweep() {
        clock.synchronize()
        noteLag()
        for client in clients.due(at: now) {
            client.deadlinePassed(at: now)
        }
        for connection in proxied.due(at: now) {
            connection.deadlinePassed(at: now)
        }
        for connection in secured.due(at: now) {
            connection.deadlinePassed(at: now)
        }
        for upstream in upstreamConnections.due(at: now) {
            upstream.deadlinePassed(at: now)
        }
    }

    /// How much later than due the sweep came is how long everybody on this loop has waited.
    private func noteLag() {
        let due = dueSweep ?? now
        load.note(
            lagNanoseconds: max(now.nanoseconds - due.nanoseconds, 0),
            lagMillisecondsMax: policy.snapshot.concurrency.loopLagMillisecondsMax
        )
        dueSweep = now.advanced(by: times.sweep)
    }

    // MARK: End

    /// Idle clients are let go at once; busy ones after their answer.
    ///
    /// - Returns: Succeeds when the last client has left.
    func drain() -> EventLoopFuture<Void> {
        clock.refresh()
        isDraining = true
        let promise = whenEmpty ?? eventLoop.makePromise(of: Void.self)
        whenEmpty = promise
        for client in clients.members {
            client.drainBegan()
        }
        for connection in proxied.members {
            connection.abort()
        }
        for connection in secured.members {
            connection.drainBegan()
        }
        clientLeft()
        return promise.futureResult
    }

    /// Ends everything that is still open.
    func closeAll() {
        for client in clients.members {
            client.abort()
        }
        for connection in proxied.members {
            connection.abort()
        }
        for connection in secured.members {
            connection.abort()
        }
        upstreams.shut()
        for upstream in upstreamConnections.members {
            upstream.cancel()
        }
        sweepTask?.cancel()
    }

    func clientLeft() {
        guard isDraining, clients.members.isEmpty, secured.members.isEmpty,
            proxied.members.isEmpty
        else { return }
        whenEmpty?.succeed()
    }
}

/// What all loops share.
struct SharedServices: Sendable {
    let ledger: UsageLedger
    let telemetry: TelemetryHub
    let bounds: ConnectionBounds
    let builtIn: BuiltInServer
    let children: ChildHost
    let secrets: UpstreamSecrets
    let health = HealthBook()
    let sessions = SessionOwners()
    let failures: FailureLedger
    let identities: Identities
    let tools: ToolWatch
    /// What the lists take that are being read.
    let listBytes = ByteTally()
    let calls = CallLedgers()
    let concurrency = ConcurrencyLedger()
    let bytes = BytesLedger()
}
