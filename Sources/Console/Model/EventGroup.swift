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

/// The latest security events, grouped, the newest group first.
struct EventDigest: Equatable, Sendable {
    static let groupsMax = 50

    private(set) var groups: [EventGroup] = []
    /// Of the newest event counted; where a new connection resumes.
    private(set) var cursor: UInt64?

    mutating func count(_ event: SecurityEvent) {
        if let cursor, event.cursor <= cursor { return }
        cursor = event.cursor
        if let index = groups.firstIndex(where: { $0.matches(event) }) {
            groups[index].count += event.count
            groups[index].lastSeen = event.time
            groups[index].detail = event.detail
            return
        }
        groups.insert(EventGroup(event), at: 0)
        if groups.count > Self.groupsMax {
            groups.removeLast()
        }
    }

    /// Starts over, as for a server that was restarted and counts from one again.
    mutating func reset() {
        groups = []
        cursor = nil
    }
}
