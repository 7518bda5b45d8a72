import MCP
import Policy

/// The open sessions of the legacy era: bounded, each its principal's alone.
///
/// At most 10,000 sessions, at most 100 of one principal; one that was silent for 30 minutes has
/// ended. A new session beyond a bound ends the oldest of its principal, or the one that was
/// silent longest.
struct SessionTable<Key: Hashable & Sendable, Fact: Sendable>: Sendable {
    private struct Session: Sendable {
        var principal: String
        var fact: Fact
        var lastUse: MonotonicTime
        /// Neighbours in the order of use.
        var earlier: Key?
        var later: Key?
    }

    private let capacity: Int
    private var sessions: [Key: Session] = [:]
    /// In the order they were opened.
    private var owned: [String: [Key]] = [:]
    private var longestSilent: Key?
    private var latestUsed: Key?

    init(capacity: Int = SessionBounds.sessionsMax) {
        self.capacity = max(capacity, 1)
    }

    var count: Int { sessions.count }

    /// `key` must be impossible to guess.
    ///
    /// A session that is open already stays as it is, so that nobody is given somebody else's.
    mutating func open(
        _ key: Key,
        principal: String,
        fact: Fact,
        at now: MonotonicTime
    ) {
        endSilent(at: now)
        guard sessions[key] == nil else { return }
        if let own = owned[principal], own.count >= SessionBounds.sessionsOfPrincipalMax {
            end(own[0])
        }
        if sessions.count >= capacity, let longestSilent {
            end(longestSilent)
        }
        sessions[key] = Session(principal: principal, fact: fact, lastUse: now)
        owned[principal, default: []].append(key)
        link(key)
    }

    /// What is known of the session; nil when `principal` has no such session.
    ///
    /// Counts as a use.
    mutating func use(
        _ key: Key,
        principal: String,
        at now: MonotonicTime
    ) -> Fact? {
        endSilent(at: now)
        guard let session = sessions[key], session.principal == principal else { return nil }
        unlink(key)
        sessions[key]?.lastUse = now
        link(key)
        return session.fact
    }

    /// Ends a session; false when `principal` has no such session.
    mutating func close(_ key: Key, principal: String, at now: MonotonicTime) -> Bool {
        guard use(key, principal: principal, at: now) != nil else { return false }
        end(key)
        return true
    }

    /// Ends a session, whoever's it is.
    mutating func end(_ key: Key) {
        guard let principal = sessions[key]?.principal else { return }
        unlink(key)
        sessions[key] = nil
        owned[principal]?.removeAll { $0 == key }
        if owned[principal]?.isEmpty == true { owned[principal] = nil }
    }

    private mutating func endSilent(at now: MonotonicTime) {
        while let key = longestSilent, let session = sessions[key],
            session.lastUse.advanced(bySeconds: SessionBounds.idleSecondsMax) <= now
        {
            end(key)
        }
    }

    private mutating func link(_ key: Key) {
        sessions[key]?.earlier = latestUsed
        sessions[key]?.later = nil
        if let latestUsed { sessions[latestUsed]?.later = key } else { longestSilent = key }
        latestUsed = key
    }

    private mutating func unlink(_ key: Key) {
        guard let session = sessions[key] else { return }
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

/// How many sessions there may be and how long one may be silent, wherever they are kept.
enum SessionBounds {
    static let sessionsMax = 10_000
    static let sessionsOfPrincipalMax = 100
    static let idleSecondsMax: Int64 = 30 * 60
}
