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

    /// What a time on the screen can tell apart.
    var lastSecond: Int64 {
        lastSeen.millisecondsSince1970.quotientAndRemainder(dividingBy: 1_000).quotient
    }

    func matches(_ event: SecurityEvent) -> Bool {
        kind == event.kind && reason == event.reason && address == event.address
            && key == event.key && (kind != .policyChanged || detail == event.detail)
    }
}

/// The latest security events, grouped, those of the newest second first.
struct EventDigest: Equatable, Sendable {
    static let groupsMax = 50

    private(set) var groups: [EventGroup] = []
    /// Of the newest event counted; where a new connection resumes.
    private(set) var cursor: UInt64?

    mutating func count(_ event: SecurityEvent) {
        if let cursor, event.cursor <= cursor { return }
        cursor = event.cursor
        var group = EventGroup(event)
        let index = groups.firstIndex { $0.matches(event) }
        if let index {
            let known = groups.remove(at: index)
            group.count += known.count
            group.lastSeen = max(group.lastSeen, known.lastSeen)
        }
        insert(group, isNew: index == nil)
        if groups.count > Self.groupsMax {
            groups.removeLast()
        }
    }

    /// A new group goes above those of its second, one that goes on below them: so groups that go
    /// on together keep their places.
    private mutating func insert(_ group: EventGroup, isNew: Bool) {
        let place = groups.firstIndex {
            $0.lastSecond < group.lastSecond || isNew && $0.lastSecond == group.lastSecond
        }
        groups.insert(group, at: place ?? groups.endIndex)
    }

    /// Starts over, as for a server that was restarted and counts from one again.
    mutating func reset() {
        groups = []
        cursor = nil
    }
}
