import Policy

/// Tells which of the automatic blocks in force are new.
///
/// The ledger lists blocks in whole seconds. A block is new when its subject was not blocked at
/// the last look, when it ends later than the known one can, or when it counts fewer refusals.
struct BlockWatch: Sendable {
    private struct Subject: Hashable, Sendable {
        var text: String
        var isKey: Bool
    }

    private struct Known: Sendable {
        /// The block ends at this moment or up to a second before; monotonic nanoseconds.
        var endsBy: Int64
        var refusals: UInt64
    }

    private var known: [Subject: Known] = [:]
    private var active: [ActiveBlock] = []

    /// Takes every block in force, the one that lasts longest first; returns those that were not
    /// in force at the last call.
    mutating func observe(_ blocks: [ActiveBlock], at now: MonotonicTime) -> [ActiveBlock] {
        var seen: [Subject: Known] = [:]
        seen.reserveCapacity(blocks.count)
        var new: [ActiveBlock] = []
        for block in blocks {
            let subject = Subject(text: block.subject, isKey: block.isKey)
            var entry = Known(
                endsBy: now.advanced(bySeconds: block.remainingSeconds).nanoseconds,
                refusals: block.refusals
            )
            if let former = known[subject], Self.isSame(former, entry) {
                entry.endsBy = min(former.endsBy, entry.endsBy)
            } else {
                new.append(block)
            }
            seen[subject] = entry
        }
        known = seen
        active = blocks
        return new
    }

    func longest(_ limit: Int) -> ArraySlice<ActiveBlock> { active.prefix(limit) }

    private static func isSame(_ former: Known, _ latter: Known) -> Bool {
        latter.endsBy - 1_000_000_000 < former.endsBy && latter.refusals >= former.refusals
    }
}

extension BlockRecord {
    init(_ block: ActiveBlock, at now: Timestamp) {
        self.init(
            subject: block.subject,
            isKey: block.isKey,
            reason: block.reason,
            since: now.advanced(bySeconds: -block.elapsedSeconds),
            until: now.advanced(bySeconds: block.remainingSeconds),
            refusals: block.refusals
        )
    }
}

extension CoalescedEvents.Origin {
    /// The beginning of an automatic block.
    init(_ block: ActiveBlock) {
        self.init(
            kind: .addressBlocked,
            reason: block.reason,
            group: block.isKey
                ? nil : IPAddress(parsing: String(block.subject.prefix { $0 != "/" })),
            key: block.isKey ? KeyID(block.subject) : nil
        )
    }
}
