package import Policy

/// Whether one server can be connected to, and when that is tried next; opens no socket itself.
package struct Reachability: Equatable, Sendable {
    enum News: Equatable {
        case lost, regained
    }

    /// Between two tries of a server that can be reached.
    static let intervalSeconds: Int64 = 10
    /// Between two tries of one that cannot.
    static let lostIntervalSeconds: Int64 = 2

    /// Nil until the first try has ended.
    package private(set) var isReachable: Bool?
    /// Since when it is so.
    package private(set) var since: Timestamp?
    private var nextTry: MonotonicTime?
    private var isTrying = false

    init() {}

    /// - Returns: Whether a try is due; it is under way from then on.
    mutating func beginTry(at now: MonotonicTime) -> Bool {
        if isTrying { return false }
        if let nextTry, now < nextTry { return false }
        isTrying = true
        return true
    }

    /// - Returns: What operators should hear of; a server that is there from the beginning is none.
    mutating func endTry(
        isReachable: Bool,
        at now: MonotonicTime,
        wall: Timestamp
    ) -> News? {
        isTrying = false
        let seconds = isReachable ? Self.intervalSeconds : Self.lostIntervalSeconds
        nextTry = now.advanced(bySeconds: seconds)
        guard self.isReachable != isReachable else { return nil }
        let isFirst = self.isReachable == nil
        self.isReachable = isReachable
        since = wall
        if isReachable { return isFirst ? nil : .regained }
        return .lost
    }
}
