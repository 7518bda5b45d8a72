import Policy
import Synchronization

/// How many connections the policy lets be open at once.
struct ConnectionLimits {
    /// Of all clients together.
    let total: Int
    /// Of one address, or of one IPv6 /64; nil for a proxy, whose connections are its clients'.
    let perAddress: Int?

    /// What the process itself bears, and nothing less.
    static let ceiling = ConnectionLimits(total: .max, perAddress: .max)

    private init(total: Int, perAddress: Int?) {
        self.total = total
        self.perAddress = perAddress
    }

    /// The limits for `client`, who connected by the address of the connection or by the word of a
    /// trusted proxy.
    init(_ snapshot: PolicySnapshot, for client: ClientAddress) {
        let rules = snapshot.concurrency
        let isProxy = snapshot.forwarding.isTrusted(client.address)
        total = Self.bound(rules.connections)
        perAddress = isProxy ? nil : Self.bound(rules.connectionsPerAddress)
    }

    /// The policy says 0 for no limit.
    private static func bound(_ count: Int) -> Int { count == 0 ? .max : count }
}

/// How many client connections are open, in all and per address, over all loops.
///
/// Asked once per connection and per stream of HTTP/2, never per request of HTTP/1.1. At most one
/// table entry per open connection.
final class ConnectionBounds: Sendable {
    /// What is open; a stream is told like a connection, and taken off again where it counts.
    private struct Tally {
        var opened = 0
        var streams = 0

        var connections: Int { opened - streams }
        var isEmpty: Bool { opened == 0 && streams == 0 }
    }

    private struct Counts {
        var total = Tally()
        var perGroup: [IPAddress: Tally] = [:]

        mutating func change(_ client: ClientAddress, opened: Int, streams: Int) {
            total.opened += opened
            total.streams += streams
            var ofGroup = perGroup[client.group, default: Tally()]
            ofGroup.opened += opened
            ofGroup.streams += streams
            perGroup[client.group] = ofGroup.isEmpty ? nil : ofGroup
        }

        func connections(of client: ClientAddress) -> Int {
            perGroup[client.group]?.connections ?? 0
        }
    }

    /// Ceilings, whatever the policy says.
    private let totalMax: Int
    private let perAddressMax: Int
    private let counts = Mutex(Counts())

    init(totalMax: Int, perAddressMax: Int) {
        self.totalMax = totalMax
        self.perAddressMax = perAddressMax
    }

    var openCount: Int { counts.withLock { $0.total.connections } }

    /// - Returns: Whether the connection may stay; if so, `closed` must follow exactly once.
    func opened(
        from client: ClientAddress,
        within limits: ConnectionLimits = .ceiling
    ) -> Bool {
        counts.withLock { counts in
            guard counts.total.connections < min(totalMax, limits.total),
                hasRoom(for: client, in: counts, within: limits)
            else { return false }
            counts.change(client, opened: 1, streams: 0)
            return true
        }
    }

    /// A connection turned out to be somebody else's, from whom it is counted from now on.
    ///
    /// - Returns: Whether it may stay; if not, it still counts as the first one's.
    func passed(
        from first: ClientAddress,
        to client: ClientAddress,
        within limits: ConnectionLimits
    ) -> Bool {
        counts.withLock { counts in
            guard hasRoom(for: client, in: counts, within: limits) else { return false }
            counts.change(first, opened: -1, streams: 0)
            counts.change(client, opened: 1, streams: 0)
            return true
        }
    }

    private func hasRoom(
        for client: ClientAddress,
        in counts: Counts,
        within limits: ConnectionLimits
    ) -> Bool {
        guard let perAddress = limits.perAddress else { return true }
        return counts.connections(of: client) < min(perAddressMax, perAddress)
    }

    func closed(from client: ClientAddress) {
        counts.withLock { $0.change(client, opened: -1, streams: 0) }
    }

    /// A stream of a connection that is counted already, so it is never refused.
    ///
    /// Both `closed` and `streamClosed` must follow, each exactly once.
    func streamOpened(from client: ClientAddress) {
        counts.withLock { $0.change(client, opened: 1, streams: 1) }
    }

    func streamClosed(from client: ClientAddress) {
        counts.withLock { $0.change(client, opened: 0, streams: -1) }
    }
}
