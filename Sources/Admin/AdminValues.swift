package import Policy
package import Telemetry

/// What the gate is and what it obeys.
package struct GateStatus: Equatable, Sendable, Codable {
    package var version: String
    package var processID: Int32
    package var started: Timestamp
    /// As it listens: `127.0.0.1:8080`.
    package var listenAddress: String
    package var eventLoops: Int
    /// The upstream's address, or nil when the built-in tools answer.
    package var upstream: String?
    /// How the servers that are reached over HTTP are doing.
    package var upstreams: [UpstreamStanding]
    package var revision: RevisionNumber
    package var isAuthenticationRequired: Bool
    package var isAllowlistEmpty: Bool
    /// Set while the gate is closed to everyone but a list.
    package var lockdown: LockdownRule?
    /// Nil without TLS.
    package var certificate: CertificateTerm?
    /// Where the public keys of access tokens are; nil when no tokens are accepted.
    package var keySet: String?
    /// Requests with forwarding fields from peers that are no trusted proxy, since the start.
    package var ignoredForwardings: UInt64
    /// Settings in the environment that differ from the policy in force, as sentences.
    package var drift: [String]
    package var openConnections: Int

    package init(
        version: String,
        processID: Int32,
        started: Timestamp,
        listenAddress: String,
        eventLoops: Int,
        upstream: String? = nil,
        upstreams: [UpstreamStanding] = [],
        revision: RevisionNumber,
        isAuthenticationRequired: Bool,
        isAllowlistEmpty: Bool,
        lockdown: LockdownRule? = nil,
        certificate: CertificateTerm? = nil,
        keySet: String? = nil,
        ignoredForwardings: UInt64 = 0,
        drift: [String],
        openConnections: Int
    ) {
        self.version = version
        self.processID = processID
        self.started = started
        self.listenAddress = listenAddress
        self.eventLoops = eventLoops
        self.upstream = upstream
        self.upstreams = upstreams
        self.revision = revision
        self.isAuthenticationRequired = isAuthenticationRequired
        self.isAllowlistEmpty = isAllowlistEmpty
        self.lockdown = lockdown
        self.certificate = certificate
        self.keySet = keySet
        self.ignoredForwardings = ignoredForwardings
        self.drift = drift
        self.openConnections = openConnections
    }
}

/// How one server that is reached over HTTP is doing.
package struct UpstreamStanding: Equatable, Sendable, Codable {
    /// Empty for the one on `/mcp`.
    package var server: String
    /// As `127.0.0.1:9000`.
    package var address: String
    /// Whether it can be connected to; nil until that was tried.
    package var isReachable: Bool?
    /// Since when it is so.
    package var since: Timestamp?
    /// For how many more seconds no call is sent to it; nil when calls are.
    package var suspendedSeconds: Int64?

    package init(
        server: String,
        address: String,
        isReachable: Bool? = nil,
        since: Timestamp? = nil,
        suspendedSeconds: Int64? = nil
    ) {
        self.server = server
        self.address = address
        self.isReachable = isReachable
        self.since = since
        self.suspendedSeconds = suspendedSeconds
    }
}

/// For whom the certificate in use is good, and for how long.
package struct CertificateTerm: Equatable, Sendable, Codable {
    package var names: [String]
    package var validUntil: Timestamp
    /// Whole days until then, rounded down; negative once it has expired.
    package var daysLeft: Int

    package init(names: [String], validUntil: Timestamp, daysLeft: Int) {
        self.names = names
        self.validUntil = validUntil
        self.daysLeft = daysLeft
    }
}

/// One line of the history.
package struct RevisionSummary: Equatable, Sendable, Codable {
    package var number: RevisionNumber
    package var parent: RevisionNumber?
    package var author: Author
    package var reason: String?
    package var created: Timestamp
    package var summary: String
    /// How long every event loop took to obey it; nil when an earlier process activated it.
    package var activationMicroseconds: Int64?

    package init(
        number: RevisionNumber,
        parent: RevisionNumber? = nil,
        author: Author,
        reason: String? = nil,
        created: Timestamp,
        summary: String,
        activationMicroseconds: Int64? = nil
    ) {
        self.number = number
        self.parent = parent
        self.author = author
        self.reason = reason
        self.created = created
        self.summary = summary
        self.activationMicroseconds = activationMicroseconds
    }
}

/// What an edit would do.
package struct EditPreview: Equatable, Sendable, Codable {
    /// The revision it was computed on.
    package var base: RevisionNumber
    package var changes: [PolicyChange]
    /// Empty when it would be accepted.
    package var problems: [PolicyProblem]

    package init(
        base: RevisionNumber,
        changes: [PolicyChange],
        problems: [PolicyProblem]
    ) {
        self.base = base
        self.changes = changes
        self.problems = problems
    }
}

/// An accepted edit.
package struct EditOutcome: Equatable, Sendable, Codable {
    /// The revision now in force.
    package var revision: RevisionNumber
    package var changes: [PolicyChange]
    /// From the call to the moment it was on disk.
    package var persistMicroseconds: Int64
    /// From there to the moment every event loop obeyed it.
    package var activationMicroseconds: Int64

    package init(
        revision: RevisionNumber,
        changes: [PolicyChange],
        persistMicroseconds: Int64,
        activationMicroseconds: Int64
    ) {
        self.revision = revision
        self.changes = changes
        self.persistMicroseconds = persistMicroseconds
        self.activationMicroseconds = activationMicroseconds
    }
}

/// A ban that was added or lifted.
package struct BanOutcome: Equatable, Sendable, Codable {
    package var prefix: AddressPrefix
    package var activationMicroseconds: Int64

    package init(
        prefix: AddressPrefix,
        activationMicroseconds: Int64
    ) {
        self.prefix = prefix
        self.activationMicroseconds = activationMicroseconds
    }
}

/// Events and where to go on.
package struct EventPage: Equatable, Sendable, Codable {
    package var events: [SecurityEvent]
    /// Pass it as `after` next time.
    package var cursor: UInt64
    /// Events between the asked cursor and the first one here that memory no longer holds.
    package var missed: UInt64

    package init(
        events: [SecurityEvent],
        cursor: UInt64,
        missed: UInt64
    ) {
        self.events = events
        self.cursor = cursor
        self.missed = missed
    }
}

/// One item of the live stream.
package enum AdminUpdate: Equatable, Sendable, Codable {
    case snapshot(TelemetrySnapshot)
    case event(SecurityEvent)
    /// The policy in force changed; its number.
    case revision(RevisionNumber)
}

/// Why an administrative request was refused or failed.
package struct AdminError: Error, Equatable, Sendable, Codable, CustomStringConvertible {
    package enum Code: String, Sendable, Codable {
        case revisionConflict = "revision_conflict"
        case invalidPolicy = "invalid_policy"
        case invalidRequest = "invalid_request"
        case notFound = "not_found"
        /// The server cannot be reached; the message names the socket and the remedy.
        case unavailable
        /// The peer may not do this.
        case forbidden
        /// The store did not take it; nothing changed.
        case storeFailed = "store_failed"
        case internalFailure = "internal_failure"
    }

    package var code: Code
    /// One sentence for the operator.
    package var message: String
    /// For `.invalidPolicy`: everything that is wrong.
    package var problems: [PolicyProblem]
    /// For `.revisionConflict`: the revision in force.
    package var current: RevisionNumber?

    package init(
        _ code: Code,
        _ message: String,
        problems: [PolicyProblem] = [],
        current: RevisionNumber? = nil
    ) {
        self.code = code
        self.message = message
        self.problems = problems
        self.current = current
    }

    package var description: String { message }
}
