/// The minimum, median and maximum of several rounds of one figure.
package struct Summary: Equatable, Sendable, Codable {
    package var minimum: Double
    package var median: Double
    package var maximum: Double

    /// - Returns: Nil when there is nothing to summarise.
    package init?(_ values: [Double]) {
        let sorted = values.sorted()
        guard let first = sorted.first, let last = sorted.last else { return nil }
        minimum = first
        maximum = last
        let middle = sorted.count / 2
        median =
            sorted.count.isMultiple(of: 2)
            ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
    }

    /// Ratios round by round, so that a drift of the machine's speed cancels out.
    ///
    /// - Returns: Nil when no round has both figures or a divisor is zero.
    package static func ratio(of figures: [Double], to others: [Double]) -> Summary? {
        Summary(zip(figures, others).filter { $0.1 != 0 }.map { $0.0 / $0.1 })
    }
}
