/// One part of a usage table: a bounded set of clients, each with its rate cell and its block.
///
/// Two lists thread through the slots. `idle` holds the unblocked, least recently seen first;
/// `blocked` holds the blocked, soonest to end first while the block length stays the same. A full
/// shard evicts, in this order: a block that has ended, the unblocked client seen longest ago, the
/// block at the head of its list.
struct UsageShard<Key: Hashable & Sendable>: Sendable {
    private struct Slot {
        var key: Key
        var cell = RateCell()
        /// Monotonic nanoseconds; 0 means there is no block.
        var blockedUntil: Int64 = 0
        var blockedSince: Int64 = 0
        var refusals: UInt64 = 0
        var previous = Link.none
        var next = Link.none

        var isBlocked: Bool { blockedUntil != 0 }
    }

    /// The ends of a list of slots.
    private struct Chain {
        var head = Link.none
        var tail = Link.none
    }

    /// Named by a word and not by a key path: writing through a key path would copy all slots.
    private enum ChainKind {
        case idle
        case blocked
    }

    /// A slot's number; 4 bytes, because two stand in every slot.
    private enum Link {
        static var none: Int32 { -1 }
    }

    private let capacity: Int
    private var slots: [Slot] = []
    private var positions: [Key: Int32] = [:]
    private var idle = Chain()
    private var blocked = Chain()

    init(capacity: Int) {
        self.capacity = capacity
    }

    var count: Int { slots.count }

    /// Whether `key` is blocked now; counts the refusal.
    mutating func standing(of key: Key, at now: MonotonicTime) -> BlockStanding? {
        guard let position = positions[key], slots[Int(position)].isBlocked else { return nil }
        guard let standing = standing(ofSlot: position, at: now) else {
            unblock(position)
            return nil
        }
        slots[Int(position)].refusals &+= 1
        return standing
    }

    mutating func spend(
        _ key: Key,
        rule: RateRule,
        blockSeconds: Int64,
        at now: MonotonicTime
    ) -> LimitVerdict {
        spend(position(of: key, at: now), rule: rule, blockSeconds: blockSeconds, at: now)
    }

    /// The slot of `key`, which is given one if it has none.
    mutating func slot(of key: Key, at now: MonotonicTime) -> Int32 {
        position(of: key, at: now)
    }

    /// Whether `key` still stands in `slot`.
    func holds(_ key: Key, in slot: Int32) -> Bool {
        slots.indices.contains(Int(slot)) && slots[Int(slot)].key == key
    }

    /// `spend` for whoever stands in the slot.
    mutating func spend(
        _ position: Int32,
        rule: RateRule,
        blockSeconds: Int64,
        at now: MonotonicTime
    ) -> LimitVerdict {
        if slots[Int(position)].isBlocked {
            if let standing = standing(ofSlot: position, at: now) {
                slots[Int(position)].refusals &+= 1
                return Self.refusal(rule, standing: standing)
            }
            unblock(position)
        }
        var verdict = slots[Int(position)].cell.spend(rule, at: now)
        if !verdict.isAllowed && blockSeconds > 0 {
            block(position, seconds: blockSeconds, at: now)
            verdict.isNewBlock = true
            verdict.retryAfterSeconds = blockSeconds
            verdict.resetSeconds = max(verdict.resetSeconds, blockSeconds)
        } else {
            if idle.tail != position {
                unlink(position, from: .idle)
                append(position, to: .idle)
            }
        }
        return verdict
    }

    /// Begins a block of `key` that began earlier, for as long as is left of it.
    mutating func restore(_ key: Key, _ block: ActiveBlock, at now: MonotonicTime) {
        let position = position(of: key, at: now)
        guard !slots[Int(position)].isBlocked else { return }
        self.block(position, seconds: block.remainingSeconds, at: now)
        let elapsed = min(max(block.elapsedSeconds, 0), PolicyBounds.blockSecondsMax)
        slots[Int(position)].blockedSince = now.nanoseconds.subtractingClamped(
            elapsed * 1_000_000_000
        )
        slots[Int(position)].refusals = block.refusals
    }

    /// Ends the block of `key` and gives it a full allowance.
    mutating func lift(_ key: Key) -> Bool {
        guard let position = positions[key], slots[Int(position)].isBlocked else { return false }
        unblock(position)
        slots[Int(position)].cell = RateCell()
        return true
    }

    /// Every block that is in force.
    func blocks(at now: MonotonicTime) -> [(key: Key, block: ActiveBlock)] {
        slots.compactMap { slot in
            guard slot.blockedUntil > now.nanoseconds else { return nil }
            return (
                slot.key,
                ActiveBlock(
                    subject: "",
                    isKey: false,
                    reason: .addressRateLimited,
                    remainingSeconds: Self.secondsLeft(slot.blockedUntil, at: now),
                    elapsedSeconds: max(now.nanoseconds - slot.blockedSince, 0) / 1_000_000_000,
                    refusals: slot.refusals
                )
            )
        }
    }

    var blockedKeys: [Key] { slots.filter(\.isBlocked).map(\.key) }

    // MARK: Blocks

    private static func refusal(_ rule: RateRule, standing: BlockStanding) -> LimitVerdict {
        var verdict = LimitVerdict(
            isAllowed: false,
            limit: rule.burst,
            remaining: 0,
            resetSeconds: standing.retryAfterSeconds,
            retryAfterSeconds: standing.retryAfterSeconds,
            isNewBlock: false
        )
        verdict.isBlocked = true
        return verdict
    }

    private func standing(ofSlot position: Int32, at now: MonotonicTime) -> BlockStanding? {
        let until = slots[Int(position)].blockedUntil
        guard until > now.nanoseconds else { return nil }
        return BlockStanding(retryAfterSeconds: Self.secondsLeft(until, at: now))
    }

    private static func secondsLeft(_ until: Int64, at now: MonotonicTime) -> Int64 {
        max((until.subtractingClamped(now.nanoseconds) - 1) / 1_000_000_000 + 1, 1)
    }

    private mutating func block(_ position: Int32, seconds: Int64, at now: MonotonicTime) {
        unlink(position, from: .idle)
        let length = min(seconds, PolicyBounds.blockSecondsMax) * 1_000_000_000
        slots[Int(position)].blockedUntil = max(now.nanoseconds.addingClamped(length), 1)
        slots[Int(position)].blockedSince = now.nanoseconds
        slots[Int(position)].refusals = 1
        append(position, to: .blocked)
    }

    private mutating func unblock(_ position: Int32) {
        unlink(position, from: .blocked)
        slots[Int(position)].blockedUntil = 0
        slots[Int(position)].refusals = 0
        append(position, to: .idle)
    }

    // MARK: Slots

    private mutating func position(of key: Key, at now: MonotonicTime) -> Int32 {
        if let position = positions[key] { return position }
        guard slots.count >= capacity else {
            let position = Int32(slots.count)
            slots.append(Slot(key: key))
            positions[key] = position
            append(position, to: .idle)
            return position
        }
        let position = leastValuable(at: now)
        unlink(position, from: slots[Int(position)].isBlocked ? .blocked : .idle)
        positions[slots[Int(position)].key] = nil
        slots[Int(position)] = Slot(key: key)
        positions[key] = position
        append(position, to: .idle)
        return position
    }

    private func leastValuable(at now: MonotonicTime) -> Int32 {
        let oldestBlock = blocked.head
        if oldestBlock != Link.none && slots[Int(oldestBlock)].blockedUntil <= now.nanoseconds {
            return oldestBlock
        }
        return idle.head != Link.none ? idle.head : oldestBlock
    }

    private mutating func append(_ position: Int32, to kind: ChainKind) {
        let tail = kind == .idle ? idle.tail : blocked.tail
        slots[Int(position)].previous = tail
        slots[Int(position)].next = Link.none
        if tail == Link.none {
            setHead(position, of: kind)
        } else {
            slots[Int(tail)].next = position
        }
        setTail(position, of: kind)
    }

    private mutating func unlink(_ position: Int32, from kind: ChainKind) {
        let (previous, next) = (slots[Int(position)].previous, slots[Int(position)].next)
        if previous == Link.none {
            setHead(next, of: kind)
        } else {
            slots[Int(previous)].next = next
        }
        if next == Link.none {
            setTail(previous, of: kind)
        } else {
            slots[Int(next)].previous = previous
        }
    }

    private mutating func setHead(_ position: Int32, of kind: ChainKind) {
        switch kind {
        case .idle: idle.head = position
        case .blocked: blocked.head = position
        }
    }

    private mutating func setTail(_ position: Int32, of kind: ChainKind) {
        switch kind {
        case .idle: idle.tail = position
        case .blocked: blocked.tail = position
        }
    }
}
