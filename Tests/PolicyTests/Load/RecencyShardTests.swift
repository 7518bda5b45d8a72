import Testing

@testable import Policy

@Suite struct RecencyShardTests {
    private struct Note: Recollection {
        var value = 0
        var keptUntil: Int64 = .min

        func isKept(at now: MonotonicTime) -> Bool { keptUntil > now.nanoseconds }
    }

    private func time(_ nanoseconds: Int64) -> MonotonicTime {
        MonotonicTime(nanoseconds: nanoseconds)
    }

    @Test func `forgets what was touched longest ago`() {
        var shard = RecencyShard<Int, Note>(capacity: 3)
        for key in [1, 2, 3, 1, 4] { shard.update(key, at: time(0)) { $0.value += 1 } }
        #expect(shard.entry(of: 1)?.value == 2)
        #expect(shard.entry(of: 2) == nil)
        #expect(shard.count == 3)
    }

    @Test func `forgets the kept last, unless they no longer are`() {
        var shard = RecencyShard<Int, Note>(capacity: 3)
        shard.update(1, at: time(0)) { $0.keptUntil = 100 }
        for key in 2..<50 { shard.update(key, at: time(10)) { $0.value = key } }
        #expect(shard.entry(of: 1) != nil)
        for key in [48, 49] { #expect(shard.entry(of: key) != nil) }
        shard.update(50, at: time(100)) { $0.value = 50 }
        #expect(shard.entry(of: 1) == nil)
        #expect(shard.entry(of: 48) != nil)
    }

    @Test func `a shard full of kept entries still takes a new one`() {
        var shard = RecencyShard<Int, Note>(capacity: 2)
        for key in 1...3 { shard.update(key, at: time(0)) { $0.keptUntil = 100 } }
        #expect(shard.entry(of: 1) == nil)
        #expect(shard.entry(of: 3) != nil)
    }

    @Test func `stays whole after any order of events`() {
        for seed in 0..<100 {
            var random = SplitMix(state: UInt64(seed))
            var shard = RecencyShard<Int, Note>(capacity: 8)
            for step in 0..<500 {
                let key = Int(random.next() % 24)
                let keeps = random.next() % 4 == 0
                shard.update(key, at: time(Int64(step))) {
                    $0.value = key
                    $0.keptUntil = keeps ? Int64(step) + 50 : .min
                }
                #expect(shard.entry(of: key)?.value == key)
            }
            #expect(shard.count == 8)
            #expect(shard.entries.allSatisfy { $0.key == $0.entry.value })
            for key in 100..<108 { shard.update(key, at: time(1000)) { $0.value = key } }
            #expect(shard.entries.map(\.key).sorted() == Array(100..<108))
        }
    }
}
