package import Policy

/// What the gate looks like at one second: all that the console's live views show.
package struct TelemetrySnapshot: Equatable, Sendable, Codable {
    package var time: Timestamp
    package var uptimeSeconds: Int64
    /// Calls finished and calls refused, one value a second, oldest first, at most 120.
    package var requestsPerSecond: [UInt64]
    package var denialsPerSecond: [UInt64]
    /// Over the last 60 seconds.
    package var latency: LatencySummary
    /// Over the last 60 seconds.
    package var statusClasses: StatusClasses
    /// Refusals by reason over the last 60 seconds, most frequent first.
    package var denialsByReason: [ReasonCount]
    /// Since the start.
    package var totals: CallTotals
    package var openConnections: Int
    /// Most active first, at most 100; `clientCount` is how many there are.
    package var clients: [ClientActivity]
    package var clientCount: Int
    /// Automatic blocks in force, soonest to end last, at most 200.
    package var blocks: [BlockRecord]
    /// Grouped by address and reason, latest first, at most 200.
    package var authenticationFailures: [AuthenticationFailures]
    /// Usage of every key that was used since the start.
    package var keyUsage: [KeyUsage]
    /// Newest last, at most 50; all of them are to be had by cursor.
    package var latestEvents: [SecurityEvent]

    package init(
        time: Timestamp,
        uptimeSeconds: Int64 = 0,
        requestsPerSecond: [UInt64] = [],
        denialsPerSecond: [UInt64] = [],
        latency: LatencySummary = LatencySummary(),
        statusClasses: StatusClasses = StatusClasses(),
        denialsByReason: [ReasonCount] = [],
        totals: CallTotals = CallTotals(),
        openConnections: Int = 0,
        clients: [ClientActivity] = [],
        clientCount: Int = 0,
        blocks: [BlockRecord] = [],
        authenticationFailures: [AuthenticationFailures] = [],
        keyUsage: [KeyUsage] = [],
        latestEvents: [SecurityEvent] = []
    ) {
        self.time = time
        self.uptimeSeconds = uptimeSeconds
        self.requestsPerSecond = requestsPerSecond
        self.denialsPerSecond = denialsPerSecond
        self.latency = latency
        self.statusClasses = statusClasses
        self.denialsByReason = denialsByReason
        self.totals = totals
        self.openConnections = openConnections
        self.clients = clients
        self.clientCount = clientCount
        self.blocks = blocks
        self.authenticationFailures = authenticationFailures
        self.keyUsage = keyUsage
        self.latestEvents = latestEvents
    }
}

/// Percentiles in microseconds; zero when nothing was measured.
package struct LatencySummary: Equatable, Sendable, Codable {
    package var p50Microseconds: Int64
    package var p95Microseconds: Int64
    package var p99Microseconds: Int64
    package var count: UInt64

    package init(
        p50Microseconds: Int64 = 0,
        p95Microseconds: Int64 = 0,
        p99Microseconds: Int64 = 0,
        count: UInt64 = 0
    ) {
        self.p50Microseconds = p50Microseconds
        self.p95Microseconds = p95Microseconds
        self.p99Microseconds = p99Microseconds
        self.count = count
    }
}

/// How many answers of each class.
package struct StatusClasses: Equatable, Sendable, Codable {
    package var success: UInt64
    package var redirection: UInt64
    package var clientError: UInt64
    package var serverError: UInt64

    package init(
        success: UInt64 = 0,
        redirection: UInt64 = 0,
        clientError: UInt64 = 0,
        serverError: UInt64 = 0
    ) {
        self.success = success
        self.redirection = redirection
        self.clientError = clientError
        self.serverError = serverError
    }
}

/// How often one reason was given.
package struct ReasonCount: Equatable, Sendable, Codable {
    package var reason: ReasonCode
    package var count: UInt64

    package init(
        reason: ReasonCode,
        count: UInt64 = 0
    ) {
        self.reason = reason
        self.count = count
    }
}

/// Counters since the start.
package struct CallTotals: Equatable, Sendable, Codable {
    package var requests: UInt64
    package var denials: UInt64
    package var requestBytes: UInt64
    package var responseBytes: UInt64
    /// Events that coalescing or the ring's bound left out of memory; never audit entries.
    package var eventsForgotten: UInt64
    /// Requests with forwarding fields from peers that are no trusted proxy.
    package var ignoredForwardings: UInt64

    package init(
        requests: UInt64 = 0,
        denials: UInt64 = 0,
        requestBytes: UInt64 = 0,
        responseBytes: UInt64 = 0,
        eventsForgotten: UInt64 = 0,
        ignoredForwardings: UInt64 = 0
    ) {
        self.requests = requests
        self.denials = denials
        self.requestBytes = requestBytes
        self.responseBytes = responseBytes
        self.eventsForgotten = eventsForgotten
        self.ignoredForwardings = ignoredForwardings
    }
}

/// What one client did.
package struct ClientActivity: Equatable, Sendable, Codable {
    /// As text; an IPv6 client is its /64.
    package var address: String
    /// Over the last 60 seconds.
    package var requestsPerMinute: UInt64
    package var denialsPerMinute: UInt64
    package var totalRequests: UInt64
    package var totalDenials: UInt64
    package var lastDenial: ReasonCode?
    package var lastKey: KeyID?
    package var lastTool: String?
    package var firstSeen: Timestamp
    package var lastSeen: Timestamp

    package init(
        address: String,
        requestsPerMinute: UInt64 = 0,
        denialsPerMinute: UInt64 = 0,
        totalRequests: UInt64 = 0,
        totalDenials: UInt64 = 0,
        lastDenial: ReasonCode? = nil,
        lastKey: KeyID? = nil,
        lastTool: String? = nil,
        firstSeen: Timestamp,
        lastSeen: Timestamp
    ) {
        self.address = address
        self.requestsPerMinute = requestsPerMinute
        self.denialsPerMinute = denialsPerMinute
        self.totalRequests = totalRequests
        self.totalDenials = totalDenials
        self.lastDenial = lastDenial
        self.lastKey = lastKey
        self.lastTool = lastTool
        self.firstSeen = firstSeen
        self.lastSeen = lastSeen
    }
}

/// An address or key that the limiter blocked by itself.
package struct BlockRecord: Equatable, Sendable, Codable {
    /// The address (an IPv6 /64) or the key's id.
    package var subject: String
    package var isKey: Bool
    package var reason: ReasonCode
    package var since: Timestamp
    package var until: Timestamp
    /// Requests refused while blocked.
    package var refusals: UInt64

    package init(
        subject: String,
        isKey: Bool,
        reason: ReasonCode,
        since: Timestamp,
        until: Timestamp,
        refusals: UInt64 = 0
    ) {
        self.subject = subject
        self.isKey = isKey
        self.reason = reason
        self.since = since
        self.until = until
        self.refusals = refusals
    }
}

/// Failures of one address for one reason.
package struct AuthenticationFailures: Equatable, Sendable, Codable {
    package var address: String
    package var reason: ReasonCode
    package var count: UInt64
    /// The public id of the key that was named, if the credential had one.
    package var key: KeyID?
    package var firstSeen: Timestamp
    package var lastSeen: Timestamp

    package init(
        address: String,
        reason: ReasonCode,
        count: UInt64 = 0,
        key: KeyID? = nil,
        firstSeen: Timestamp,
        lastSeen: Timestamp
    ) {
        self.address = address
        self.reason = reason
        self.count = count
        self.key = key
        self.firstSeen = firstSeen
        self.lastSeen = lastSeen
    }
}

/// When a key was used, and how often its rotated-out secret still was.
package struct KeyUsage: Equatable, Sendable, Codable {
    package var key: KeyID
    package var lastUsed: Timestamp
    package var lastAddress: String
    package var requests: UInt64
    /// Uses of the superseded secret since its rotation.
    package var graceUses: UInt64
    package var lastGraceUse: Timestamp?
    package var lastGraceAddress: String?

    package init(
        key: KeyID,
        lastUsed: Timestamp,
        lastAddress: String,
        requests: UInt64 = 0,
        graceUses: UInt64 = 0,
        lastGraceUse: Timestamp? = nil,
        lastGraceAddress: String? = nil
    ) {
        self.key = key
        self.lastUsed = lastUsed
        self.lastAddress = lastAddress
        self.requests = requests
        self.graceUses = graceUses
        self.lastGraceUse = lastGraceUse
        self.lastGraceAddress = lastGraceAddress
    }
}
