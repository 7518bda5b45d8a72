import Policy

/// What each client did: totals and sliding minutes for at most 10,000 clients.
///
/// A full table gives up a client that was quiet in the last minute before one that was not.
struct ClientTable: Sendable {
    static let clientsMax = 10_000

    private var table: BoundedTable<IPAddress, Recording.ClientTally>
    private var requests = SlidingCounts()
    private var denials = SlidingCounts()

    init(capacity: Int = clientsMax) {
        table = BoundedTable(capacity: capacity)
    }

    var count: Int { table.count }

    mutating func advance(bySeconds seconds: Int) {
        requests.advance(bySeconds: seconds)
        denials.advance(bySeconds: seconds)
    }

    mutating func add(_ tally: Recording.ClientTally, of group: IPAddress) {
        var fresh = tally
        fresh.requests = 0
        fresh.denials = 0
        let slot = slot(of: group, making: fresh)
        requests.add(tally.requests, to: slot)
        denials.add(tally.denials, to: slot)
        table[slot].add(tally)
    }

    /// Most active in the last minute first, then the latest seen.
    func mostActive(_ limit: Int) -> [ClientActivity] {
        let slots = table.entries.indices.largest(limit) { left, right in
            let leftEntry = table.entries[left]
            let rightEntry = table.entries[right]
            if requests[left] != requests[right] { return requests[left] > requests[right] }
            if leftEntry.value.last != rightEntry.value.last {
                return leftEntry.value.last > rightEntry.value.last
            }
            return leftEntry.key.precedes(rightEntry.key)
        }
        return slots.map(activity)
    }

    private mutating func slot(
        of group: IPAddress,
        making tally: Recording.ClientTally
    ) -> Int {
        let placement = table.place(group, making: tally) { [requests] _, slot in
            requests[slot]
        }
        switch placement {
        case .found:
            break
        case .added:
            requests.appendSlot()
            denials.appendSlot()
        case .replaced(let slot):
            requests.clear(slot: slot)
            denials.clear(slot: slot)
        }
        return placement.slot
    }

    private func activity(at slot: Int) -> ClientActivity {
        let (group, tally) = (table.entries[slot].key, table.entries[slot].value)
        return ClientActivity(
            address: group.groupText,
            requestsPerMinute: requests[slot],
            denialsPerMinute: denials[slot],
            totalRequests: tally.requests,
            totalDenials: tally.denials,
            lastDenial: tally.lastDenial,
            lastKey: tally.lastKey,
            lastTool: tally.lastTool,
            firstSeen: tally.first,
            lastSeen: tally.last
        )
    }
}

extension Recording.ClientTally {
    /// Adds a later tally of the same client, or an equally late one of another loop.
    mutating func add(_ other: Self) {
        requests += other.requests
        denials += other.denials
        first = min(first, other.first)
        if other.last >= last {
            lastDenial = other.lastDenial ?? lastDenial
            lastKey = other.lastKey ?? lastKey
            lastTool = other.lastTool ?? lastTool
            last = other.last
        } else {
            lastDenial = lastDenial ?? other.lastDenial
            lastKey = lastKey ?? other.lastKey
            lastTool = lastTool ?? other.lastTool
        }
    }
}

extension IPAddress {
    /// Any fixed order, so that equal input gives equal output.
    func precedes(_ other: Self) -> Bool {
        switch (self, other) {
        case (.v4(let left), .v4(let right)): left < right
        case (.v6(let left, let leftLow), .v6(let right, let rightLow)):
            (left, leftLow) < (right, rightLow)
        case (.v4, .v6): true
        case (.v6, .v4): false
        }
    }
}

extension Sequence {
    /// The first `limit` elements of the sorted sequence, without sorting the rest.
    func largest(_ limit: Int, by precedes: (Element, Element) -> Bool) -> [Element] {
        var chosen: [Element] = []
        for element in self where limit > 0 {
            if chosen.count == limit {
                guard let last = chosen.last, precedes(element, last) else { continue }
                chosen.removeLast()
            }
            var low = 0
            var high = chosen.count
            while low < high {
                let middle = (low + high) / 2
                if precedes(element, chosen[middle]) { high = middle } else { low = middle + 1 }
            }
            chosen.insert(element, at: low)
        }
        return chosen
    }
}
