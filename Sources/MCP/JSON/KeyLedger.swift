/// Remembers the keys of every object that is open, to find repeated ones.
///
/// Objects of up to 16 members are searched in place, without allocating; larger ones in a hash
/// table, so that a body of nothing but keys costs time in proportion to its length.
struct KeyLedger {
    /// The keys of one object; given back when the object closes.
    struct Scope {
        fileprivate var base: Int32
        /// The object's number in the table; 0 while its keys are in place.
        fileprivate var serial: Int32 = 0

        static let none = Scope(base: 0)
    }

    fileprivate struct Record {
        var hash: UInt64
        var start: Int32
        var end: Int32
        var hasEscapes: Bool

        static let none = Record(hash: 0, start: 0, end: 0, hasEscapes: false)

        var key: TextRange {
            TextRange(bytes: Int(start)..<Int(end), hasEscapes: hasEscapes)
        }
    }

    private static let inPlaceMax = 16
    private static let capacity = 32

    private var records = InlineArray<32, Record>(repeating: .none)
    private var count: Int32 = 0
    private var table = KeyTable()

    func open() -> Scope {
        Scope(base: count)
    }

    mutating func close(_ scope: Scope) {
        count = scope.base
    }

    /// Adds `key` to the innermost open object.
    ///
    /// - Returns: False when the object has a member of that name already.
    mutating func insert(
        _ key: TextRange,
        into scope: inout Scope,
        of document: RawSpan
    ) -> Bool {
        let record = Record(
            hash: KeyHash.value(of: key, in: document),
            start: Int32(truncatingIfNeeded: key.bytes.lowerBound),
            end: Int32(truncatingIfNeeded: key.bytes.upperBound),
            hasEscapes: key.hasEscapes
        )
        guard scope.serial == 0 else {
            return table.insert(record, serial: scope.serial, of: document)
        }
        var index = Int(scope.base)
        while index < Int(count) {
            if records[index].hash == record.hash,
                records[index].key.hasSameText(as: key, in: document)
            {
                return false
            }
            index += 1
        }
        if Int(count - scope.base) < Self.inPlaceMax, Int(count) < Self.capacity {
            records[Int(count)] = record
            count += 1
            return true
        }
        moveToTable(&scope, of: document)
        return table.insert(record, serial: scope.serial, of: document)
    }

    private mutating func moveToTable(_ scope: inout Scope, of document: RawSpan) {
        scope.serial = table.nextSerial()
        for index in Int(scope.base)..<Int(count) {
            _ = table.insert(records[index], serial: scope.serial, of: document)
        }
        count = scope.base
    }
}

/// An open-addressed table of the keys of all large objects in one document.
private struct KeyTable {
    private struct Entry {
        var record: KeyLedger.Record
        var serial: Int32
    }

    private var entries: [Entry] = []
    /// Positions in `entries` plus one, or 0 where free; a power of two in number.
    private var slots: [Int32] = []
    private var serial: Int32 = 0

    mutating func nextSerial() -> Int32 {
        serial += 1
        return serial
    }

    mutating func insert(
        _ record: KeyLedger.Record,
        serial: Int32,
        of document: RawSpan
    ) -> Bool {
        if entries.count * 2 >= slots.count { grow() }
        let mask = slots.count - 1
        var slot = Self.hash(record, serial) & mask
        while slots[slot] != 0 {
            let entry = entries[Int(slots[slot]) - 1]
            if entry.serial == serial, entry.record.hash == record.hash,
                entry.record.key.hasSameText(as: record.key, in: document)
            {
                return false
            }
            slot = (slot + 1) & mask
        }
        entries.append(Entry(record: record, serial: serial))
        slots[slot] = Int32(entries.count)
        return true
    }

    private mutating func grow() {
        slots = Array(repeating: 0, count: max(64, slots.count * 2))
        let mask = slots.count - 1
        for (index, entry) in entries.enumerated() {
            var slot = Self.hash(entry.record, entry.serial) & mask
            while slots[slot] != 0 { slot = (slot + 1) & mask }
            slots[slot] = Int32(index + 1)
        }
    }

    private static func hash(_ record: KeyLedger.Record, _ serial: Int32) -> Int {
        Int(truncatingIfNeeded: KeyHash.combined(record.hash, with: serial) >> 1)
    }
}
