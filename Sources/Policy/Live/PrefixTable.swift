/// Networks compiled for lookup: the most specific live one that covers an address.
///
/// Networks are nested or disjoint, never overlapping in part. Sorted by first address, then by
/// length, the last network that starts at or before an address either covers it or lies inside
/// the ones that do; so one binary search and a walk up the enclosing networks find the answer.
struct PrefixTable: Sendable {
    private var v4 = NestedRanges<UInt32>()
    private var v6 = NestedRanges<UInt128>()

    /// A nil expiry never ends; duplicates are tolerated, the later one wins while it lives.
    init(_ entries: some Sequence<(prefix: AddressPrefix, expires: Timestamp?)>) {
        for (index, entry) in entries.enumerated() {
            let until = entry.expires?.millisecondsSince1970 ?? .max
            let length = entry.prefix.length
            switch entry.prefix.network {
            case .v4(let first):
                v4.add(first, size: 32 - length, until: until, entry: index)
            case .v6(let upper, let lower):
                let first = UInt128(upper) << 64 | UInt128(lower)
                v6.add(first, size: 128 - length, until: until, entry: index)
            }
        }
        v4.compile()
        v6.compile()
    }

    /// The index of the most specific entry that covers `address` and has not expired at `now`.
    func match(_ address: IPAddress, at now: Timestamp) -> Int? {
        switch address {
        case .v4(let value):
            v4.match(value, at: now.millisecondsSince1970)
        case .v6(let upper, let lower):
            v6.match(UInt128(upper) << 64 | UInt128(lower), at: now.millisecondsSince1970)
        }
    }
}

/// Sorted ranges, each with a link to the smallest range around it.
private struct NestedRanges<Number: FixedWidthInteger & UnsignedInteger & Sendable>: Sendable {
    private struct Node: Sendable {
        var first: Number
        var last: Number
        /// Milliseconds since 1970; at this moment it no longer counts.
        var until: Int64
        var entry: Int32
        /// The position of the enclosing range, or -1.
        var parent: Int32
    }

    /// Apart from the nodes, so that a search touches few cache lines.
    private var starts: [Number] = []
    private var nodes: [Node] = []

    mutating func add(_ first: Number, size: Int, until: Int64, entry: Int) {
        let span = size == Number.bitWidth ? Number.max : (Number(1) << Number(size)) - 1
        nodes.append(
            Node(first: first, last: first | span, until: until, entry: Int32(entry), parent: -1)
        )
    }

    mutating func compile() {
        nodes.sort { ($0.first, $1.last, $0.entry) < ($1.first, $0.last, $1.entry) }
        starts = nodes.map(\.first)
        var open: [Int32] = []
        for position in nodes.indices {
            while let enclosing = open.last, nodes[Int(enclosing)].last < nodes[position].first {
                open.removeLast()
            }
            nodes[position].parent = open.last ?? -1
            open.append(Int32(position))
        }
    }

    func match(_ number: Number, at now: Int64) -> Int? {
        var position = lastStart(atOrBefore: number)
        while position >= 0 {
            let node = nodes[position]
            if number <= node.last && now < node.until { return Int(node.entry) }
            position = Int(node.parent)
        }
        return nil
    }

    /// -1 when every range starts later; the loop has no branch that could be mispredicted.
    private func lastStart(atOrBefore number: Number) -> Int {
        guard !starts.isEmpty else { return -1 }
        var base = 0
        var count = starts.count
        while count > 1 {
            let half = count / 2
            base = starts[base + half] <= number ? base + half : base
            count -= half
        }
        return starts[base] <= number ? base : base - 1
    }
}
