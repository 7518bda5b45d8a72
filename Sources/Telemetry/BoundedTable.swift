/// A dictionary that never holds more than `capacity` entries: a full one gives up the least
/// valuable entry for a new one.
///
/// The victim is the least valuable of eight that are spread evenly over the table, others every
/// time, so an insertion costs the same however full the table is, and a flood of worthless
/// entries evicts itself.
struct BoundedTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    struct Entry: Sendable {
        var key: Key
        var value: Value
    }

    /// Where `place` put a key.
    enum Placement: Equatable, Sendable {
        case found(slot: Int)
        case added(slot: Int)
        /// The slot's former entry was given up.
        case replaced(slot: Int)

        var slot: Int {
            switch self {
            case .found(let slot), .added(let slot), .replaced(let slot): slot
            }
        }
    }

    private static var sampleSize: Int { 8 }

    let capacity: Int
    private(set) var entries: [Entry] = []
    private var slots: [Key: Int] = [:]
    private var hand = 0
    /// Consecutive lookups mostly ask for the same key; they skip the hash.
    private var latestSlot = 0

    /// - Parameter capacity: At least 1.
    init(capacity: Int) {
        self.capacity = max(capacity, 1)
    }

    var count: Int { entries.count }

    subscript(slot: Int) -> Value {
        get { entries[slot].value }
        _modify { yield &entries[slot].value }
    }

    /// Changes the value in a slot in one access.
    @inline(__always)
    mutating func update(_ slot: Int, _ change: (inout Value) -> Void) {
        change(&entries[slot].value)
    }

    func value(of key: Key) -> Value? {
        slots[key].map { entries[$0].value }
    }

    /// Finds the entry of `key`, or makes one.
    ///
    /// `worth` says how much the entry in a slot is worth keeping; asked only when the table is
    /// full.
    @inline(__always)
    mutating func place(
        _ key: Key,
        making value: @autoclosure () -> Value,
        worth: (Value, Int) -> UInt64
    ) -> Placement {
        if latestSlot < entries.count, entries[latestSlot].key == key {
            return .found(slot: latestSlot)
        }
        if let slot = slots[key] {
            latestSlot = slot
            return .found(slot: slot)
        }
        let entry = Entry(key: key, value: value())
        guard entries.count >= capacity else {
            entries.append(entry)
            latestSlot = entries.count - 1
            slots[key] = latestSlot
            return .added(slot: latestSlot)
        }
        let slot = leastValuableSlot(worth)
        slots.removeValue(forKey: entries[slot].key)
        entries[slot] = entry
        slots[key] = slot
        latestSlot = slot
        return .replaced(slot: slot)
    }

    mutating func removeAll() {
        entries.removeAll(keepingCapacity: true)
        slots.removeAll(keepingCapacity: true)
        hand = 0
        latestSlot = 0
    }

    @inline(__always)
    private mutating func leastValuableSlot(_ worth: (Value, Int) -> UInt64) -> Int {
        let distance = max(entries.count / Self.sampleSize, 1)
        var chosen = hand
        var lowest = UInt64.max
        for step in 0..<min(Self.sampleSize, entries.count) {
            let slot = (hand + step * distance) % entries.count
            let value = worth(entries[slot].value, slot)
            if value < lowest {
                lowest = value
                chosen = slot
            }
        }
        hand = (hand + 1) % entries.count
        return chosen
    }
}
