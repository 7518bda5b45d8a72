/// Many counters over the last `seconds` seconds, exact to the second.
///
/// One column per second and one sum per counter: adding is one addition, a second's passing is
/// one pass over a column.
struct SlidingCounts: Sendable {
    private var columns: [[UInt32]]
    private var sums: [UInt64]
    private var current = 0

    init(slots: Int = 0, seconds: Int = 60) {
        columns = Array(
            repeating: Array(repeating: 0, count: slots),
            count: max(seconds, 1)
        )
        sums = Array(repeating: 0, count: slots)
    }

    /// The sum over the window, the running second included.
    subscript(slot: Int) -> UInt64 { sums[slot] }

    /// A second's count stops at 4,294,967,295.
    mutating func add(_ count: UInt64, to slot: Int) {
        let room = UInt64(UInt32.max - columns[current][slot])
        let added = min(count, room)
        columns[current][slot] += UInt32(added)
        sums[slot] += added
    }

    mutating func appendSlot() {
        for column in columns.indices {
            columns[column].append(0)
        }
        sums.append(0)
    }

    mutating func clear(slot: Int) {
        for column in columns.indices {
            columns[column][slot] = 0
        }
        sums[slot] = 0
    }

    /// Lets `seconds` pass: the oldest fall out of the window.
    mutating func advance(bySeconds seconds: Int) {
        for _ in 0..<min(seconds, columns.count) {
            current = (current + 1) % columns.count
            for slot in sums.indices {
                sums[slot] -= UInt64(columns[current][slot])
                columns[current][slot] = 0
            }
        }
    }
}

/// One value for each of the last `capacity` seconds, oldest first.
struct RateSeries: Sendable {
    private let capacity: Int
    private(set) var values: [UInt64] = []

    init(capacity: Int) {
        self.capacity = max(capacity, 1)
    }

    mutating func advance(bySeconds seconds: Int) {
        let added = min(seconds, capacity)
        values.removeFirst(max(0, values.count + added - capacity))
        values.append(contentsOf: repeatElement(0, count: added))
    }

    /// Adds to the running second; `advance` must have been called once.
    mutating func add(_ count: UInt64) {
        guard !values.isEmpty else { return }
        values[values.count - 1] += count
    }
}
