import Synchronization

/// A bounded table for all event loops, spread over shards so that they rarely meet.
///
/// Exact across threads: a key lives in one shard, behind one lock. The shard is chosen by the
/// standard library's hash, seeded at random for each process, so nobody outside can fill one
/// shard on purpose.
final class RecencyTable<Key: Hashable & Sendable, Entry: Recollection>: Sendable {
    private final class Shard: Sendable {
        let content: Mutex<RecencyShard<Key, Entry>>

        init(capacity: Int) {
            content = Mutex(RecencyShard(capacity: capacity))
        }
    }

    private let shards: [Shard]

    /// Holds at most `capacity` keys, an equal share in each shard.
    init(capacity: Int, shardCount: Int = 16) {
        shards = (0..<shardCount).map { _ in Shard(capacity: max(capacity / shardCount, 1)) }
    }

    var count: Int {
        shards.reduce(0) { sum, shard in sum + shard.content.withLock { $0.count } }
    }

    var entries: [(key: Key, entry: Entry)] {
        shards.flatMap { shard in shard.content.withLock { $0.entries } }
    }

    func entry(of key: Key) -> Entry? {
        shard(of: key).content.withLock { $0.entry(of: key) }
    }

    func update<Result: Sendable>(
        _ key: Key,
        at now: MonotonicTime,
        _ body: (inout Entry) -> Result
    ) -> Result {
        shard(of: key).content.withLock { $0.update(key, at: now, body) }
    }

    private func shard(of key: Key) -> Shard {
        shards[Int(UInt(bitPattern: key.hashValue) % UInt(shards.count))]
    }
}

/// What is remembered of client addresses: of each IPv4 address, and of each IPv6 /64.
///
/// The families have a table each, so that a flood of one never makes the other forgotten.
final class AddressTable<Entry: Recollection>: Sendable {
    private let v4: RecencyTable<UInt32, Entry>
    private let v6: RecencyTable<UInt64, Entry>

    /// `capacity` is of each family.
    init(capacity: Int, shardCount: Int = 16) {
        v4 = RecencyTable(capacity: capacity, shardCount: shardCount)
        v6 = RecencyTable(capacity: capacity, shardCount: shardCount)
    }

    var counts: (v4: Int, v6: Int) { (v4.count, v6.count) }

    /// All that is remembered, each with what `ClientAddress.group` says.
    var entries: [(group: IPAddress, entry: Entry)] {
        v4.entries.map { (.v4($0.key), $0.entry) } + v6.entries.map { (.v6($0.key, 0), $0.entry) }
    }

    func entry(of client: ClientAddress) -> Entry? {
        switch client.group {
        case .v4(let key): v4.entry(of: key)
        case .v6(let key, _): v6.entry(of: key)
        }
    }

    func update<Result: Sendable>(
        _ client: ClientAddress,
        at now: MonotonicTime,
        _ body: (inout Entry) -> Result
    ) -> Result {
        switch client.group {
        case .v4(let key): v4.update(key, at: now, body)
        case .v6(let key, _): v6.update(key, at: now, body)
        }
    }
}
