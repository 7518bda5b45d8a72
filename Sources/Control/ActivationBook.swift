import Policy

/// How long the latest revisions took to reach every event loop; at most `capacity` of them.
struct ActivationBook: Sendable {
    /// As many as one page of the history.
    static let capacity = 1000

    private var microseconds: [RevisionNumber: Int64] = [:]

    mutating func note(_ activation: Int64, of revision: RevisionNumber) {
        microseconds[revision] = activation
        guard microseconds.count > Self.capacity, let oldest = microseconds.keys.min() else {
            return
        }
        microseconds[oldest] = nil
    }

    subscript(_ revision: RevisionNumber) -> Int64? { microseconds[revision] }
}
