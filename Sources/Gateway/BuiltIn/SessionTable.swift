import MCP
import Policy

/// The open sessions of the legacy era: bounded, each its principal's alone.
///
/// At most 10,000 sessions, at most 100 of one principal; one that was silent for 30 minutes has
/// ended. A new session beyond a bound ends the oldest of its principal, or the one that was
/// silent longest.
struct SessionTable: Sendable {
    private struct Session: Sendable {
        var principal: String
        var version: ProtocolVersion
        var lastUse: MonotonicTime
        /// Neighbours in the order of use.
        var earlier: String?
        var later: String?
    }

    static let sessionsMax = 10_000
    static let sessionsOfPrincipalMax = 100
    static let idleSecondsMax: Int64 = 30 * 60

    private let capacity: Int
    private var sessions: [String: Session] = [:]
    /// In the order they were opened.
    private var owned: [String: [String]] = [:]
    private var longestSilent: String?
    private var latestUsed: String?

    init(capacity: Int = sessionsMax) {
        self.capacity = max(capacity, 1)
    }

    var count: Int { sessions.count }

    /// `id` must be new and impossible to guess.
    mutating func open(
        _ id: String,
        principal: String,
        version: ProtocolVersion,
        at now: MonotonicTime
    ) {
        endSilent(at: now)
        if let own = owned[principal], own.count >= Self.sessionsOfPrincipalMax {
            end(own[0])
        }
        if sessions.count >= capacity, let longestSilent {
            end(longestSilent)
        }
        sessions[id] = Session(principal: principal, version: version, lastUse: now)
        owned[principal, default: []].append(id)
        link(id)
    }

    /// The version that was agreed on; nil when `principal` has no such session.
    ///
    /// Counts as a use.
    mutating func use(
        _ id: String,
        principal: String,
        at now: MonotonicTime
    ) -> ProtocolVersion? {
        endSilent(at: now)
        guard let session = sessions[id], session.principal == principal else { return nil }
        unlink(id)
        sessions[id]?.lastUse = now
        link(id)
        return session.version
    }

    /// Ends a session; false when `principal` has no such session.
    mutating func close(_ id: String, principal: String, at now: MonotonicTime) -> Bool {
        guard use(id, principal: principal, at: now) != nil else { return false }
        end(id)
        return true
    }

    private mutating func endSilent(at now: MonotonicTime) {
        while let id = longestSilent, let session = sessions[id],
            session.lastUse.advanced(bySeconds: Self.idleSecondsMax) <= now
        {
            end(id)
        }
    }

    private mutating func end(_ id: String) {
        guard let principal = sessions[id]?.principal else { return }
        unlink(id)
        sessions[id] = nil
        owned[principal]?.removeAll { $0 == id }
        if owned[principal]?.isEmpty == true { owned[principal] = nil }
    }

    private mutating func link(_ id: String) {
        sessions[id]?.earlier = latestUsed
        sessions[id]?.later = nil
        if let latestUsed { sessions[latestUsed]?.later = id } else { longestSilent = id }
        latestUsed = id
    }

    private mutating func unlink(_ id: String) {
        guard let session = sessions[id] else { return }
        if let earlier = session.earlier {
            sessions[earlier]?.later = session.later
        } else {
            longestSilent = session.later
        }
        if let later = session.later {
            sessions[later]?.earlier = session.earlier
        } else {
            latestUsed = session.earlier
        }
    }
}
