/// Remembers the keys of every object that is open, to find repeated ones.
///
/// Objects of up to 16 members are searched in place, without allocating; larger ones in a hash
/// table, so that a body of nothing but keys costs time in proportion to its length.
struct KeyLedger: Sendable {
    /// The keys of one object; given back when the object closes.
    struct Scope: Sendable {
        fileprivate var base: Int32
        /// The object's number in the table; 0 while its keys are in place.
        fileprivate var serial: Int32 = 0

        static let none = Scope(base: 0)
    }

    private struct Record: Sendable {
        /// Equal for equal keys without escapes.
        var fingerprint: UInt64 = 0
        var start: Int32 = 0
        var end: Int32 = 0
        var hasEscapes = false

        var key: TextRange {
            TextRange(bytes: Int(start)..<Int(end), hasEscapes: hasEscapes)
        }
    }

    private static let inPlaceMax = 16
    private static let capacity = 32

    private var records = InlineArray<32, Record>(repeating: Record())
    private var count: Int32 = 0
    private var table = KeyTable()

    /// Forgets every key and what a large document made it allocate.
    mutating func removeAll() {
        count = 0
        if !table.isEmpty { table = KeyTable() }
    }

    func open() -> Scope {
        Scope(base: count)
    }

    mutating func close(_ scope: Scope) {
        count = scope.base
    }

    /// Adds `key` to the innermost open object.
    ///
    /// - Returns: False when the object has a member of that name already.
    @inline(__always)
    mutating func insert(
        _ key: TextRange,
        into scope: inout Scope,
        of document: RawSpan
    ) -> Bool {
        guard scope.serial == 0 else {
            return table.insert(key, serial: scope.serial, of: document)
        }
        let record = Record(
            fingerprint: Self.fingerprint(of: key, in: document),
            start: Int32(truncatingIfNeeded: key.bytes.lowerBound),
            end: Int32(truncatingIfNeeded: key.bytes.upperBound),
            hasEscapes: key.hasEscapes
        )
        var index = Int(scope.base)
        while index < Int(count) {
            if isRepeated(key, record, at: index, in: document) { return false }
            index += 1
        }
        if Int(count - scope.base) < Self.inPlaceMax, Int(count) < Self.capacity {
            records[Int(count)] = record
            count += 1
            return true
        }
        moveToTable(&scope, of: document)
        return table.insert(key, serial: scope.serial, of: document)
    }

    /// Two spellings of one key differ in their bytes, so escapes make every comparison a full one.
    @inline(__always)
    private func isRepeated(
        _ key: TextRange,
        _ record: Record,
        at index: Int,
        in document: RawSpan
    ) -> Bool {
        let known = records[index]
        guard known.fingerprint == record.fingerprint || known.hasEscapes || record.hasEscapes
        else { return false }
        return known.key.hasSameText(as: key, in: document)
    }

    /// The length and both ends of the bytes; no secret, so it saves comparisons and nothing else.
    @inline(__always)
    private static func fingerprint(of key: TextRange, in document: RawSpan) -> UInt64 {
        let count = UInt64(truncatingIfNeeded: key.bytes.count)
        guard count >= 8 else { return document.partialWord(in: key.bytes) ^ count &<< 56 }
        let first = document.word(at: key.bytes.lowerBound)
        return first ^ document.word(at: key.bytes.upperBound - 8) &* 3 ^ count &<< 56
    }

    private mutating func moveToTable(_ scope: inout Scope, of document: RawSpan) {
        scope.serial = table.nextSerial()
        for index in Int(scope.base)..<Int(count) {
            _ = table.insert(records[index].key, serial: scope.serial, of: document)
        }
        count = scope.base
    }
}

/// An open-addressed table of the keys of all large objects in one document.
private struct KeyTable: Sendable {
    private struct Entry: Sendable {
        var key: TextRange
        var hash: UInt64
        var serial: Int32
    }

    private var entries: [Entry] = []
    /// Positions in `entries` plus one, or 0 where free; a power of two in number.
    private var slots: [Int32] = []
    private var serial: Int32 = 0

    var isEmpty: Bool { entries.isEmpty }

    mutating func nextSerial() -> Int32 {
        serial += 1
        return serial
    }

    mutating func insert(
        _ key: TextRange,
        serial: Int32,
        of document: RawSpan
    ) -> Bool {
        let hash = KeyHash.combined(KeyHash.value(of: key, in: document), with: serial)
        if entries.count * 2 >= slots.count { grow() }
        let mask = slots.count - 1
        var slot = Self.position(hash) & mask
        while slots[slot] != 0 {
            let entry = entries[Int(slots[slot]) - 1]
            if entry.serial == serial, entry.hash == hash,
                entry.key.hasSameText(as: key, in: document)
            {
                return false
            }
            slot = (slot + 1) & mask
        }
        entries.append(Entry(key: key, hash: hash, serial: serial))
        slots[slot] = Int32(entries.count)
        return true
    }

    private mutating func grow() {
        slots = Array(repeating: 0, count: max(64, slots.count * 2))
        let mask = slots.count - 1
        for (index, entry) in entries.enumerated() {
            var slot = Self.position(entry.hash) & mask
            while slots[slot] != 0 { slot = (slot + 1) & mask }
            slots[slot] = Int32(index + 1)
        }
    }

    private static func position(_ hash: UInt64) -> Int {
        Int(truncatingIfNeeded: hash >> 1)
    }
}
