import Synchronization

/// Where a subject was last found in a ledger, so that its next request needs no hash.
///
/// A guess that is checked: a wrong one costs time and changes nothing.
package struct UsagePlace: Sendable {
    /// Negative while nothing is known.
    fileprivate var shard: Int32 = -1
    fileprivate var slot: Int32 = -1

    package init() {}

    fileprivate init(shard: Int32, slot: Int32) {
        self.shard = shard
        self.slot = slot
    }
}

/// Usage by one kind of key, spread over shards so that event loops rarely meet.
///
/// Exact across threads: a key lives in one shard, behind one lock. The shard is chosen by the
/// standard library's hash, seeded at random for each process, so nobody outside can fill one
/// shard on purpose.
final class UsageTable<Key: Hashable & Sendable>: Sendable {
    private final class Shard: Sendable {
        let content: Mutex<UsageShard<Key>>

        init(capacity: Int) {
            content = Mutex(UsageShard(capacity: capacity))
        }
    }

    private let shards: [Shard]

    /// Holds at most `capacity` keys, an equal share in each shard.
    init(capacity: Int, shardCount: Int) {
        shards = (0..<shardCount).map { _ in Shard(capacity: max(capacity / shardCount, 1)) }
    }

    func withShard<Result: Sendable>(
        of key: Key,
        _ body: (inout UsageShard<Key>) -> Result
    ) -> Result {
        let index = Int(UInt(bitPattern: key.hashValue) % UInt(shards.count))
        return shards[index].content.withLock { body(&$0) }
    }

    /// Takes one request out of the allowance of `key`, which `place` may know where to find.
    func spend(
        _ key: Key,
        rule: RateRule,
        blockSeconds: Int64,
        at now: MonotonicTime,
        place: inout UsagePlace
    ) -> LimitVerdict {
        if place.shard >= 0, Int(place.shard) < shards.count {
            let slot = place.slot
            let verdict = shards[Int(place.shard)].content.withLock { shard in
                shard.holds(key, in: slot)
                    ? shard.spend(slot, rule: rule, blockSeconds: blockSeconds, at: now) : nil
            }
            if let verdict { return verdict }
        }
        let index = Int(UInt(bitPattern: key.hashValue) % UInt(shards.count))
        let (slot, verdict) = shards[index].content.withLock { shard in
            let slot = shard.slot(of: key, at: now)
            return (
                slot, shard.spend(slot, rule: rule, blockSeconds: blockSeconds, at: now)
            )
        }
        place = UsagePlace(shard: Int32(index), slot: slot)
        return verdict
    }

    /// The number of keys held now.
    var count: Int {
        shards.reduce(0) { sum, shard in sum + shard.content.withLock { $0.count } }
    }

    func blocks(at now: MonotonicTime) -> [(key: Key, block: ActiveBlock)] {
        shards.flatMap { shard in shard.content.withLock { $0.blocks(at: now) } }
    }

    /// Lifts every block whose key passes; returns how many there were.
    func lift(where isMeant: (Key) -> Bool) -> Int {
        shards.reduce(0) { sum, shard in
            sum
                + shard.content.withLock { content in
                    content.blockedKeys.filter(isMeant).filter { content.lift($0) }.count
                }
        }
    }
}
