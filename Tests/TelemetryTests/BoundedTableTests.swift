import Testing

@testable import Telemetry

struct BoundedTableTests {
    private func worth(_ value: UInt64, _ slot: Int) -> UInt64 { value }

    @Test func `finds what it placed`() {
        var table = BoundedTable<String, UInt64>(capacity: 2)
        #expect(table.place("a", making: 1, worth: worth) == .added(slot: 0))
        #expect(table.place("b", making: 2, worth: worth) == .added(slot: 1))
        #expect(table.place("a", making: 9, worth: worth) == .found(slot: 0))
        #expect(table.value(of: "a") == 1)
        #expect(table.value(of: "c") == nil)
    }

    @Test func `gives up the least valuable of a full table`() {
        var table = BoundedTable<String, UInt64>(capacity: 3)
        for (key, value) in [("a", 5), ("b", 2), ("c", 7)] as [(String, UInt64)] {
            _ = table.place(key, making: value, worth: worth)
        }
        #expect(table.place("d", making: 6, worth: worth) == .replaced(slot: 1))
        #expect(table.value(of: "b") == nil)
        #expect(table.place("d", making: 0, worth: worth) == .found(slot: 1))
        #expect(table.count == 3)
    }

    @Test func `a flood of worthless entries evicts itself`() {
        var table = BoundedTable<Int, UInt64>(capacity: 100)
        for key in 0..<50 { _ = table.place(key, making: 1000, worth: worth) }
        for key in 50..<10_000 { _ = table.place(key, making: 0, worth: worth) }
        #expect(table.count == 100)
        #expect((0..<50).allSatisfy { table.value(of: $0) == 1000 })
    }

    @Test func `is empty after it was emptied`() {
        var table = BoundedTable<Int, UInt64>(capacity: 4)
        _ = table.place(1, making: 1, worth: worth)
        table.removeAll()
        #expect(table.count == 0)
        #expect(table.place(1, making: 2, worth: worth) == .added(slot: 0))
        #expect(table.value(of: 1) == 2)
    }

    @Test(arguments: [0, 1, 3, 10, 20])
    func `picks the largest as a full sort would`(limit: Int) {
        let numbers = (0..<10).map { ($0 * 7) % 10 }
        #expect(numbers.largest(limit, by: >) == Array(numbers.sorted(by: >).prefix(limit)))
    }
}
