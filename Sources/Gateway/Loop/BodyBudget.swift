/// How many bytes of unfinished request bodies one loop holds, and how many it may.
///
/// The limit per body alone would let a few thousand clients take all memory together. What is
/// over the budget is refused with 413 and `Retry-After`, as RFC 9110 section 15.5.14 has it for
/// a condition that passes.
struct BodyBudget {
    let bytesMax: Int
    private(set) var heldBytes = 0

    init(bytesMax: Int) {
        self.bytesMax = bytesMax
    }

    /// Notes that one body grew to `now` bytes; one body alone is always within the budget.
    mutating func admit(_ held: inout Int, now: Int) -> Bool {
        let others = heldBytes - held
        heldBytes = others + now
        held = now
        return others == 0 || heldBytes <= bytesMax
    }

    mutating func release(_ held: inout Int) {
        heldBytes -= held
        held = 0
    }
}
