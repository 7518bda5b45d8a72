import Policy

/// What the data plane needs to start; changing any of it needs a restart.
package struct GatewaySettings: Sendable {
    /// An address of this machine, or a name that resolves to one.
    package var host: String
    /// 0…65535; 0 lets the system choose.
    package var port: Int
    /// Threads that serve connections; at least 1.
    package var eventLoopCount: Int
    /// Client connections open at once, over all loops; more are closed as they arrive.
    package var connectionsMax: Int
    /// Client connections open at once from one address, or from one IPv6 /64.
    package var connectionsPerAddressMax: Int
    /// Bytes of unfinished request bodies held at once, over all loops.
    package var heldBodyBytesMax: Int
    package var times: TimeLimits
    /// What the built-in MCP server says that it is.
    package var version: String
    /// Whether the guards run.
    ///
    /// False is for measuring what the guards cost and for nothing else: every caller is let
    /// through unseen and the message is forwarded unread. Only benchmark code sets it; no
    /// command-line option, environment name or policy field reaches it.
    package var isGuarded: Bool
    /// How clients reach the gate.
    package var transport = Transport.http
    /// Nil speaks HTTP/1.1 without TLS.
    package var tls: TLSSettings?

    package init(
        host: String = "127.0.0.1",
        port: Int = 8080,
        eventLoopCount: Int = 1,
        connectionsMax: Int = 10_000,
        connectionsPerAddressMax: Int = 256,
        heldBodyBytesMax: Int = 67_108_864,
        times: TimeLimits = TimeLimits(),
        version: String = "0.1.0",
        isGuarded: Bool = true,
        tls: TLSSettings? = nil
    ) {
        self.host = host
        self.port = port
        self.eventLoopCount = eventLoopCount
        self.connectionsMax = connectionsMax
        self.connectionsPerAddressMax = connectionsPerAddressMax
        self.heldBodyBytesMax = heldBodyBytesMax
        self.times = times
        self.version = version
        self.isGuarded = isGuarded
        self.tls = tls
    }
}

/// How clients reach the gate.
package enum Transport: Sendable {
    /// They connect to the address and port that the settings name.
    case http
    /// One client, through pipes that `serveStandardStreams` is given; nobody can connect.
    case standardStreams

    /// The part of a policy that is for such clients.
    func view(of policy: EnforcedPolicy) -> EnforcedPolicy {
        switch self {
        case .http: policy
        case .standardStreams: policy.forOwnClient()
        }
    }
}

/// How long the gateway waits for what; every limit is checked once per `sweep`.
package struct TimeLimits: Sendable {
    /// From the connection accepted to the end of the TLS handshake.
    package var handshake: Duration = .seconds(10)
    /// From the first byte of a request to the end of its head, whatever drips in between.
    package var head: Duration = .seconds(10)
    /// From the end of the head to the end of the body, plus the time that the bytes received
    /// would take at `BodyPace.bytesPerSecond`.
    package var body: Duration = .seconds(30)
    /// Between two requests on one connection.
    package var idle: Duration = .seconds(75)
    /// How long a client may leave an answer unread.
    package var stalledWrite: Duration = .seconds(60)
    /// How long a connection that the gateway ends waits for the client to end it too.
    package var linger: Duration = .seconds(2)
    package var upstreamConnect: Duration = .seconds(5)
    /// From the request sent to the upstream to the end of its response head.
    package var responseHead: Duration = .seconds(60)
    /// Silence within an upstream's response.
    package var streamIdle: Duration = .seconds(300)
    /// How long an unused upstream connection is kept; below the five seconds after which common
    /// MCP servers close it, so that a call is rarely written to a connection that is going away.
    package var upstreamIdle: Duration = .seconds(4)
    /// How often deadlines are looked at; the precision of all of the above.
    package var sweep: Duration = .milliseconds(250)

    package init() {}
}

extension Duration {
    /// Saturates far beyond any limit the gateway uses.
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? .max / 2 : product + attoseconds / 1_000_000_000
    }
}
