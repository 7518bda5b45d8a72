import Policy
import Telemetry

/// Equal security events as one line whose count grows.
///
/// A flood moves a counter instead of scrolling the list away from under the reader.
struct EventGroup: Equatable, Sendable {
    var kind: SecurityEvent.Kind
    var severity: SecurityEvent.Severity
    var reason: ReasonCode?
    var address: String?
    var key: KeyID?
    var detail: String?
    var count: UInt64
    var lastSeen: Timestamp

    init(_ event: SecurityEvent) {
        kind = event.kind
        severity = event.severity
        reason = event.reason
        address = event.address
        key = event.key
        detail = event.detail
        count = event.count
        lastSeen = event.time
    }

    func matches(_ event: SecurityEvent) -> Bool {
        kind == event.kind && reason == event.reason && address == event.address
            && key == event.key && (kind != .policyChanged || detail == event.detail)
    }
}

/// The latest security events, grouped: what began last comes first.
///
/// A group keeps its place while it goes on, so that no line moves under the reader's eyes and
/// little is repainted; one that comes back after a quiet minute begins anew at the top.
struct EventDigest: Equatable, Sendable {
    static let groupsMax = 50
    private static let quietMilliseconds: Int64 = 60_000

    private(set) var groups: [EventGroup] = []
    /// Of the newest event counted; where a new connection resumes.
    private(set) var cursor: UInt64?

    mutating func count(_ event: SecurityEvent) {
        if let cursor, event.cursor <= cursor { return }
        cursor = event.cursor
        var group = EventGroup(event)
        if let index = groups.firstIndex(where: { $0.matches(event) }) {
            let known = groups[index]
            group.count += known.count
            group.lastSeen = max(group.lastSeen, known.lastSeen)
            guard Self.isQuiet(known, at: event.time) else {
                groups[index] = group
                return
            }
            groups.remove(at: index)
        }
        groups.insert(group, at: 0)
        forgetOldest()
    }

    private static func isQuiet(_ group: EventGroup, at moment: Timestamp) -> Bool {
        moment.millisecondsSince1970 - group.lastSeen.millisecondsSince1970 > quietMilliseconds
    }

    private mutating func forgetOldest() {
        guard groups.count > Self.groupsMax,
            let oldest = groups.indices.min(by: { groups[$0].lastSeen < groups[$1].lastSeen })
        else { return }
        groups.remove(at: oldest)
    }

    /// Starts over, as for a server that was restarted and counts from one again.
    mutating func reset() {
        groups = []
        cursor = nil
    }
}
