import Synchronization

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
