import Policy
import Synchronization

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
    }

    private let totalMax: Int
    private let perAddressMax: Int
    private let counts = Mutex(Counts())

    init(totalMax: Int, perAddressMax: Int) {
        self.totalMax = totalMax
        self.perAddressMax = perAddressMax
    }

    var openCount: Int { counts.withLock { $0.total.connections } }

    /// - Returns: Whether the connection may stay; if so, `closed` must follow exactly once.
    func opened(from client: ClientAddress) -> Bool {
        counts.withLock { counts in
            let ofGroup = counts.perGroup[client.group]?.connections ?? 0
            guard counts.total.connections < totalMax, ofGroup < perAddressMax else {
                return false
            }
            counts.change(client, opened: 1, streams: 0)
            return true
        }
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
