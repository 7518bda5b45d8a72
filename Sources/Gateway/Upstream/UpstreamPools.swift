import Policy

/// One loop's pools, one for each upstream that is reached over HTTP.
///
/// There is at most one busy connection per client connection of the loop, plus `drainingMax`
/// whose client has gone.
final class UpstreamPools {
    /// Exchanges that may run on with nobody waiting; beyond them a lost client's exchange is cut.
    private static let drainingMax = 64

    private let book: HealthBook
    /// Those that the policy in force names, and any that a call from before it still needed.
    private var pools: [UpstreamPool] = []
    private var drainingCount = 0
    private var isClosed = false

    init(_ book: HealthBook) {
        self.book = book
    }

    func pool(to target: UpstreamAddress) -> UpstreamPool {
        for index in pools.indices where pools[index].target == target { return pools[index] }
        return add(target, isWanted: false)
    }

    /// After the policy changed: connections to a former upstream end with their exchange.
    func serve(_ targets: [UpstreamAddress]) {
        guard !isClosed else { return }
        for pool in pools where !targets.contains(pool.target) { pool.retire() }
        pools.removeAll { !$0.isWanted }
        for target in targets where !pools.contains(where: { $0.target == target }) {
            _ = add(target, isWanted: true)
        }
        book.keep(only: targets)
    }

    /// From now on nothing is kept and nothing runs on unattended.
    func shut() {
        isClosed = true
        for pool in pools { pool.retire() }
    }

    func mayDrain() -> Bool { !isClosed && drainingCount < Self.drainingMax }

    func drainBegan() { drainingCount += 1 }

    func drainEnded() { drainingCount -= 1 }

    private func add(_ target: UpstreamAddress, isWanted: Bool) -> UpstreamPool {
        let pool = UpstreamPool(
            to: target,
            health: book.health(of: target),
            isWanted: isWanted && !isClosed
        )
        pools.append(pool)
        return pool
    }
}
