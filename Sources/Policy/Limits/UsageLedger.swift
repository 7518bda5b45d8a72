/// What every client has used of its allowance, and who is blocked; outlives every policy.
///
/// Bounded: 131,072 IPv4 addresses, 131,072 IPv6 /64 networks and 100,000 keys, in tables of their
/// own, so that a flood of one kind never evicts another. A full table forgets the least valuable
/// entry (see `UsageShard`). Measured, an address takes about 90 bytes and a key about 150: 12 MiB
/// for each full table of addresses, 15 MiB for the keys.
package final class UsageLedger: Sendable {
    /// Whom an allowance belongs to.
    package enum Subject: Hashable, Sendable {
        /// Counted by `ClientAddress.group`.
        case address(ClientAddress)
        case key(KeyID)
    }

    package static let addressCountMax = 131_072
    package static let keyCountMax = 100_000
    private static let shardCount = 16

    private let addressesV4: UsageTable<UInt32>
    private let networksV6: UsageTable<UInt64>
    private let keys: UsageTable<KeyID>

    package convenience init() {
        self.init(
            addressCountMax: Self.addressCountMax,
            keyCountMax: Self.keyCountMax,
            shardCount: Self.shardCount
        )
    }

    /// For tests of eviction, which want small tables.
    init(addressCountMax: Int, keyCountMax: Int, shardCount: Int) {
        addressesV4 = UsageTable(capacity: addressCountMax, shardCount: shardCount)
        networksV6 = UsageTable(capacity: addressCountMax, shardCount: shardCount)
        keys = UsageTable(capacity: keyCountMax, shardCount: shardCount)
    }

    /// Whether `subject` is blocked now; asking counts as one refused request when it is.
    package func standing(of subject: Subject, at now: MonotonicTime) -> BlockStanding? {
        switch subject {
        case .address(let client):
            switch client.group {
            case .v4(let key):
                addressesV4.withShard(of: key) { $0.standing(of: key, at: now) }
            case .v6(let key, _):
                networksV6.withShard(of: key) { $0.standing(of: key, at: now) }
            }
        case .key(let key):
            keys.withShard(of: key) { $0.standing(of: key, at: now) }
        }
    }

    /// Takes one request out of the subject's allowance.
    ///
    /// An exhausted allowance begins a block of `blockSeconds` (0: only this request is refused).
    /// A subject that is blocked already is refused and its block is not prolonged.
    package func spend(
        _ subject: Subject,
        rule: RateRule,
        blockSeconds: Int64,
        at now: MonotonicTime,
        place: inout UsagePlace
    ) -> LimitVerdict {
        switch subject {
        case .key(let key):
            return keys.spend(
                key,
                rule: rule,
                blockSeconds: blockSeconds,
                at: now,
                place: &place
            )
        case .address(let client):
            switch client.group {
            case .v4(let key):
                return addressesV4.spend(
                    key,
                    rule: rule,
                    blockSeconds: blockSeconds,
                    at: now,
                    place: &place
                )
            case .v6(let key, _):
                return networksV6.spend(
                    key,
                    rule: rule,
                    blockSeconds: blockSeconds,
                    at: now,
                    place: &place
                )
            }
        }
    }

    /// Takes one request out of the allowance of a subject that was not seen lately.
    package func spend(
        _ subject: Subject,
        rule: RateRule,
        blockSeconds: Int64,
        at now: MonotonicTime
    ) -> LimitVerdict {
        var place = UsagePlace()
        return spend(subject, rule: rule, blockSeconds: blockSeconds, at: now, place: &place)
    }

    /// Every block in force, the one that lasts longest first.
    package func blocks(at now: MonotonicTime) -> [ActiveBlock] {
        let fromV4 = addressesV4.blocks(at: now).map { key, block in
            block.named(ClientAddress.text(ofGroup: .v4(key)))
        }
        let fromV6 = networksV6.blocks(at: now).map { key, block in
            block.named(ClientAddress.text(ofGroup: .v6(key, 0)))
        }
        let fromKeys = keys.blocks(at: now).map { key, block in block.namedKey(key) }
        return (fromV4 + fromV6 + fromKeys).sorted {
            ($1.remainingSeconds, $0.subject) < ($0.remainingSeconds, $1.subject)
        }
    }

    /// Takes back what `blocks` gave before a restart, each with the time that is left of it.
    ///
    /// A subject that is blocked already stays so; none is blocked for longer than a policy allows.
    package func restore(_ blocks: [ActiveBlock], at now: MonotonicTime) {
        // Those that end first come first, as in a ledger that saw them begin.
        for block in blocks.reversed() where block.remainingSeconds > 0 {
            if block.isKey {
                let key = KeyID(block.subject)
                keys.withShard(of: key) { $0.restore(key, block, at: now) }
            } else if let prefix = try? AddressPrefix(parsing: block.subject) {
                switch prefix.network {
                case .v4(let key):
                    addressesV4.withShard(of: key) { $0.restore(key, block, at: now) }
                case .v6(let key, _):
                    networksV6.withShard(of: key) { $0.restore(key, block, at: now) }
                }
            }
        }
    }

    /// Ends the subject's block and gives it a full allowance; false when it was not blocked.
    package func lift(_ subject: Subject) -> Bool {
        switch subject {
        case .address(let client):
            switch client.group {
            case .v4(let key): addressesV4.withShard(of: key) { $0.lift(key) }
            case .v6(let key, _): networksV6.withShard(of: key) { $0.lift(key) }
            }
        case .key(let key):
            keys.withShard(of: key) { $0.lift(key) }
        }
    }

    /// Lifts the blocks of all addresses in `prefix`; returns how many there were.
    ///
    /// An IPv6 prefix longer than /64 means the /64 around it, because that is what was blocked.
    package func liftAll(in prefix: AddressPrefix) -> Int {
        switch prefix.network {
        case .v4:
            return addressesV4.lift { prefix.contains(.v4($0)) }
        case .v6(let upper, _) where prefix.length > 64:
            return networksV6.lift { $0 == upper }
        case .v6:
            return networksV6.lift { prefix.contains(.v6($0, 0)) }
        }
    }

    /// How many entries each table holds.
    var counts: (v4: Int, v6: Int, keys: Int) {
        (addressesV4.count, networksV6.count, keys.count)
    }
}

extension ActiveBlock {
    fileprivate func named(_ subject: String) -> Self {
        var copy = self
        copy.subject = subject
        return copy
    }

    fileprivate func namedKey(_ key: KeyID) -> Self {
        var copy = named(key.rawValue)
        copy.isKey = true
        copy.reason = .keyRateLimited
        return copy
    }
}
