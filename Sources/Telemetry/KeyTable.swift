import Policy

/// How every key was used since the start.
///
/// Only verified keys get here, so there are no more than policies ever had, and at most 100,000.
struct KeyTable: Sendable {
    private var table = BoundedTable<KeyID, KeyUsage>(capacity: Recording.keysMax)
    /// Sorting all keys every second for nobody's sake would be waste; nil after a change.
    private var sorted: [KeyUsage]?

    mutating func add(_ tally: Recording.KeyTally, of key: KeyID) {
        sorted = nil
        let address = tally.lastGroup.groupText
        let slot = table.place(
            key,
            making: KeyUsage(key: key, lastUsed: tally.last, lastAddress: address),
            worth: { usage, _ in UInt64(clamping: usage.lastUsed.millisecondsSince1970) }
        ).slot
        table[slot].requests += tally.requests
        if tally.last >= table[slot].lastUsed {
            table[slot].lastUsed = tally.last
            table[slot].lastAddress = address
        }
        table[slot].graceUses += tally.graceUses
        guard let lastGrace = tally.lastGrace,
            lastGrace >= table[slot].lastGraceUse ?? lastGrace
        else { return }
        table[slot].lastGraceUse = lastGrace
        table[slot].lastGraceAddress = tally.lastGraceGroup?.groupText
    }

    /// By key id.
    mutating func usage() -> [KeyUsage] {
        if let sorted { return sorted }
        let usage = table.entries.map(\.value).sorted { $0.key < $1.key }
        sorted = usage
        return usage
    }
}
