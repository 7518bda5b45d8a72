/// What a bounded table remembers of one key.
protocol Recollection: Sendable {
    /// What is remembered of a key that was never seen.
    init()

    /// Whether it is forgotten only after everything that may be.
    func isKept(at now: MonotonicTime) -> Bool
}

/// One part of a bounded table.
///
/// Two lists thread through the slots, each with the entry touched longest ago first: `kept` for
/// those that say they are to be kept, `plain` for the rest. A full shard forgets, in this order: a
/// kept entry that no longer is, the first plain one, the first kept one.
struct RecencyShard<Key: Hashable & Sendable, Entry: Recollection>: Sendable {
    private struct Slot {
        var key: Key
        var entry = Entry()
        var isKept = false
        var previous = none
        var next = none
    }

    /// The ends of a list of slots.
    private struct Chain {
        var head = none
        var tail = none
    }

    private static var none: Int32 { -1 }

    private let capacity: Int
    private var slots: [Slot] = []
    private var positions: [Key: Int32] = [:]
    private var plain = Chain()
    private var kept = Chain()

    init(capacity: Int) {
        self.capacity = capacity
    }

    var count: Int { slots.count }

    var entries: [(key: Key, entry: Entry)] { slots.map { ($0.key, $0.entry) } }

    /// What is remembered of `key`; nil when nothing is.
    ///
    /// Asking does not make it newer.
    func entry(of key: Key) -> Entry? {
        positions[key].map { slots[Int($0)].entry }
    }

    /// Changes what is remembered of `key`, which becomes the newest.
    mutating func update<Result>(
        _ key: Key,
        at now: MonotonicTime,
        _ body: (inout Entry) -> Result
    ) -> Result {
        let position = position(of: key, at: now)
        let result = body(&slots[Int(position)].entry)
        unlink(position)
        slots[Int(position)].isKept = slots[Int(position)].entry.isKept(at: now)
        append(position)
        return result
    }

    private mutating func position(of key: Key, at now: MonotonicTime) -> Int32 {
        if let position = positions[key] { return position }
        let position: Int32
        if slots.count < capacity {
            position = Int32(slots.count)
            slots.append(Slot(key: key))
        } else {
            position = leastValuable(at: now)
            unlink(position)
            positions[slots[Int(position)].key] = nil
            slots[Int(position)] = Slot(key: key)
        }
        positions[key] = position
        append(position)
        return position
    }

    private func leastValuable(at now: MonotonicTime) -> Int32 {
        if kept.head != Self.none, !slots[Int(kept.head)].entry.isKept(at: now) {
            return kept.head
        }
        return plain.head != Self.none ? plain.head : kept.head
    }

    private mutating func append(_ position: Int32) {
        let isKept = slots[Int(position)].isKept
        let tail = isKept ? kept.tail : plain.tail
        slots[Int(position)].previous = tail
        slots[Int(position)].next = Self.none
        if tail == Self.none {
            setHead(position, isKept: isKept)
        } else {
            slots[Int(tail)].next = position
        }
        setTail(position, isKept: isKept)
    }

    private mutating func unlink(_ position: Int32) {
        let slot = slots[Int(position)]
        if slot.previous == Self.none {
            setHead(slot.next, isKept: slot.isKept)
        } else {
            slots[Int(slot.previous)].next = slot.next
        }
        if slot.next == Self.none {
            setTail(slot.previous, isKept: slot.isKept)
        } else {
            slots[Int(slot.next)].previous = slot.previous
        }
    }

    private mutating func setHead(_ position: Int32, isKept: Bool) {
        if isKept { kept.head = position } else { plain.head = position }
    }

    private mutating func setTail(_ position: Int32, isKept: Bool) {
        if isKept { kept.tail = position } else { plain.tail = position }
    }
}
