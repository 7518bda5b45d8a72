import Policy
import Telemetry
import Terminal

/// The first screen: rates, latencies, the busiest clients and the latest security events.
enum OverviewScreen {
    static func content(of model: ConsoleModel) -> ScreenContent {
        var content = ClientsScreen.content(of: model)
        content.defaultSort = "rate"
        content.isDescendingByDefault = true
        return content
    }
}

/// A series of one value a second, drawn so that it moves seldom.
struct RateSeries: Equatable {
    /// Seconds that one column stands for.
    static let secondsPerColumn: Int64 = 4

    /// Means per column, the newest last.
    let columns: [Double]
    /// What fills the height: the next of 1, 2, 5, 10… above the greatest.
    let maximum: Double

    /// Takes one value a second, oldest first, the last of which belongs to `lastSecond`.
    ///
    /// Columns begin at multiples of `secondsPerColumn`, so that a picture shifts once a column
    /// and not once a second.
    init(_ values: [UInt64], lastSecond: Int64, count: Int) {
        var sums: [(total: Double, seconds: Double)] = []
        var bucket: Int64?
        for (offset, value) in values.enumerated() {
            let second = lastSecond - Int64(values.count - 1 - offset)
            let own = second.quotientAndRemainder(dividingBy: Self.secondsPerColumn).quotient
            if own != bucket {
                sums.append((0, 0))
                bucket = own
            }
            sums[sums.count - 1].total += Double(value)
            sums[sums.count - 1].seconds += 1
        }
        // The column that is still filling would change every second.
        let isLastFull = (lastSecond + 1) % Self.secondsPerColumn == 0
        let complete = isLastFull || sums.count < 2 ? sums[...] : sums.dropLast()
        columns = complete.suffix(max(count, 0)).map { $0.total / $0.seconds }
        maximum = Self.roundedUp(columns.max() ?? 0)
    }

    static func roundedUp(_ value: Double) -> Double {
        var step = 1.0
        while step < value, step < 1e15 {
            for factor in [2.0, 5.0, 10.0] where step * factor >= value {
                return step * factor
            }
            step *= 10
        }
        return step
    }
}
