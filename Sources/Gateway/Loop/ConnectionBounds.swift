import Policy
import Synchronization

/// How many client connections are open, in all and per address, over all loops.
///
/// Asked once per connection, never per request. At most one table entry per open connection.
final class ConnectionBounds: Sendable {
    private struct Counts {
        var total = 0
        var perGroup: [IPAddress: Int] = [:]
    }

    private let totalMax: Int
    private let perAddressMax: Int
    private let counts = Mutex(Counts())

    init(totalMax: Int, perAddressMax: Int) {
        self.totalMax = totalMax
        self.perAddressMax = perAddressMax
    }

    var openCount: Int { counts.withLock { $0.total } }

    /// - Returns: Whether the connection may stay; if so, `closed` must follow exactly once.
    func opened(from client: ClientAddress) -> Bool {
        counts.withLock { counts in
            let ofGroup = counts.perGroup[client.group, default: 0]
            guard counts.total < totalMax, ofGroup < perAddressMax else { return false }
            counts.total += 1
            counts.perGroup[client.group] = ofGroup + 1
            return true
        }
    }

    func closed(from client: ClientAddress) {
        counts.withLock { counts in
            counts.total -= 1
            let ofGroup = counts.perGroup[client.group, default: 0] - 1
            counts.perGroup[client.group] = ofGroup > 0 ? ofGroup : nil
        }
    }
}
