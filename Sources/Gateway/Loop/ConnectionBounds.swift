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
/// Asked once per connection, never per request. At most one table entry per open connection.
final class ConnectionBounds: Sendable {
    private struct Counts {
        var total = 0
        var perGroup: [IPAddress: Int] = [:]

        mutating func add(_ client: ClientAddress) {
            total += 1
            perGroup[client.group, default: 0] += 1
        }

        mutating func remove(_ client: ClientAddress) {
            total -= 1
            let left = perGroup[client.group, default: 0] - 1
            perGroup[client.group] = left > 0 ? left : nil
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

    var openCount: Int { counts.withLock { $0.total } }

    /// - Returns: Whether the connection may stay; if so, `closed` must follow exactly once.
    func opened(
        from client: ClientAddress,
        within limits: ConnectionLimits = .ceiling
    ) -> Bool {
        counts.withLock { counts in
            guard counts.total < min(totalMax, limits.total),
                hasRoom(for: client, in: counts, within: limits)
            else { return false }
            counts.add(client)
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
            counts.remove(first)
            counts.add(client)
            return true
        }
    }

    private func hasRoom(
        for client: ClientAddress,
        in counts: Counts,
        within limits: ConnectionLimits
    ) -> Bool {
        guard let perAddress = limits.perAddress else { return true }
        return counts.perGroup[client.group, default: 0] < min(perAddressMax, perAddress)
    }

    func closed(from client: ClientAddress) {
        counts.withLock { $0.remove(client) }
    }
}
