/// The newest events, each with its cursor; the oldest make room.
struct EventRing: Sendable {
    private let capacity: Int
    private var slots: [SecurityEvent] = []
    /// The cursor of the newest event; 0 before the first.
    private(set) var newestCursor: UInt64 = 0
    /// How often that happened which the ring no longer tells of.
    private(set) var forgotten: UInt64 = 0

    init(capacity: Int) {
        self.capacity = max(capacity, 1)
    }

    /// - Returns: The event with its cursor.
    mutating func append(_ event: SecurityEvent) -> SecurityEvent {
        newestCursor += 1
        var numbered = event
        numbered.cursor = newestCursor
        if slots.count < capacity {
            slots.append(numbered)
        } else {
            let slot = slot(of: newestCursor)
            forgotten += slots[slot].count
            slots[slot] = numbered
        }
        return numbered
    }

    /// Oldest first.
    ///
    /// A cursor that was never given out is of an earlier process; everything held follows it.
    func events(
        after cursor: UInt64,
        limit: Int
    ) -> (events: [SecurityEvent], cursor: UInt64, missed: UInt64) {
        let start = cursor > newestCursor ? 0 : cursor
        let oldest = newestCursor - UInt64(slots.count) + 1
        let first = max(start + 1, oldest)
        let available = newestCursor + 1 - first
        let taken = min(available, UInt64(clamping: limit))
        let events = (first..<first + taken).map { slots[slot(of: $0)] }
        let missed = first - (start + 1)
        return (events, events.last?.cursor ?? start, events.isEmpty ? 0 : missed)
    }

    func latest(_ count: Int) -> [SecurityEvent] {
        let taken = min(UInt64(slots.count), UInt64(clamping: count))
        return events(after: newestCursor - taken, limit: count).events
    }

    private func slot(of cursor: UInt64) -> Int {
        Int((cursor - 1) % UInt64(capacity))
    }
}
