/// How many failures there were of late, in 32 bytes.
///
/// Eight slices, each a seventh of the window long: what lies within the window always counts, and
/// what lies up to a seventh of it further back still may. So the rule is never evaded, and bounded
/// memory is paid for with a little patience.
struct FailureWindow: Equatable, Sendable {
    private static let sliceCount = 8

    private var slices = Slices()
    /// The number of the newest slice since the clock's origin.
    private var newest: Int64 = 0
    /// The length of the window that the slices are of, in seconds.
    private var seconds: Int32 = 0

    /// Forgets everything.
    mutating func clear() {
        slices = Slices()
    }

    /// Counts one failure; returns how many there are with it.
    mutating func add(at now: MonotonicTime, windowSeconds: Int64) -> Int {
        advance(to: now, windowSeconds: windowSeconds)
        slices.increment(at: Self.index(of: newest))
        return slices.sum
    }

    /// Whole seconds until there are fewer than `countMax`, at least 1.
    func secondsUntilBelow(_ countMax: Int, at now: MonotonicTime) -> Int64 {
        let length = Self.sliceNanoseconds(Int64(seconds))
        var left = slices.sum
        for age in (0..<Int64(Self.sliceCount)).reversed() where left >= countMax {
            left -= slices[Self.index(of: newest - age)]
            guard left < countMax else { continue }
            // The slice is forgotten when the newest is eight further on.
            let end = (newest - age + Int64(Self.sliceCount)).multipliedClamped(by: length)
            return max((end.subtractingClamped(now.nanoseconds) + 999_999_999) / 1_000_000_000, 1)
        }
        return 1
    }

    /// Empties the slices that are too old; another window length keeps the count.
    private mutating func advance(to now: MonotonicTime, windowSeconds: Int64) {
        let window = min(max(windowSeconds, 1), 86_400)
        let current = now.nanoseconds / Self.sliceNanoseconds(window)
        if Int64(seconds) != window {
            let sum = slices.sum
            slices = Slices()
            slices.set(sum, at: Self.index(of: current))
            seconds = Int32(window)
        } else {
            let passed = current.subtractingClamped(newest)
            if passed <= 0 { return }
            for number in 0..<min(passed, Int64(Self.sliceCount)) {
                slices.set(0, at: Self.index(of: current - number))
            }
        }
        newest = current
    }

    private static func index(of slice: Int64) -> Int {
        Int(slice & Int64(sliceCount - 1))
    }

    private static func sliceNanoseconds(_ windowSeconds: Int64) -> Int64 {
        (max(windowSeconds, 1) * 1_000_000_000 + 6) / 7
    }
}

/// Eight counts of 0…65,535, two to a word.
private struct Slices: Equatable, Sendable {
    private var counts: SIMD8<UInt16> = .zero

    var sum: Int { counts.indices.reduce(0) { $0 + Int(counts[$1]) } }

    subscript(index: Int) -> Int { Int(counts[index]) }

    mutating func increment(at index: Int) {
        if counts[index] < .max { counts[index] += 1 }
    }

    mutating func set(_ count: Int, at index: Int) {
        counts[index] = UInt16(clamping: count)
    }
}
