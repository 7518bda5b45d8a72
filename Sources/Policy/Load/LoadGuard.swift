/// Refuses new calls on an event loop that is late; calls and streams under way go on.
///
/// Each loop has its own. Two late readings in a row begin it, so that a single hiccup does not;
/// four readings in a row of at most half the bound end it, so that it does not flutter.
package struct LoadGuard: Equatable, Sendable {
    private static let lateCountToBegin = 2
    private static let promptCountToEnd = 4

    package private(set) var isShedding = false
    /// Readings in a row that speak against what is done now.
    private var opposed = 0

    package init() {}

    /// Takes note of how much later than due a timer of the loop fired.
    ///
    /// - Parameters:
    ///   - lagNanoseconds: At least 0.
    ///   - lagMillisecondsMax: The bound of `ConcurrencyRules`; 0 for none, which ends shedding.
    package mutating func note(lagNanoseconds: Int64, lagMillisecondsMax: Int) {
        guard lagMillisecondsMax > 0 else {
            self = LoadGuard()
            return
        }
        let bound = Int64(clamping: lagMillisecondsMax).multipliedClamped(by: 1_000_000)
        let isOpposed = isShedding ? lagNanoseconds <= bound / 2 : lagNanoseconds > bound
        opposed = isOpposed ? opposed + 1 : 0
        guard opposed >= (isShedding ? Self.promptCountToEnd : Self.lateCountToBegin) else {
            return
        }
        isShedding.toggle()
        opposed = 0
    }

    package var ruling: Ruling {
        guard isShedding else { return .allow }
        return .deny(
            CallDenial(
                status: 503,
                code: .overloaded,
                clientMessage: "The server is too busy; try again shortly",
                retryAfterSeconds: 1
            )
        )
    }
}

extension Int64 {
    func multipliedClamped(by other: Int64) -> Int64 {
        let (product, isOver) = multipliedReportingOverflow(by: other)
        return isOver ? ((self < 0) == (other < 0) ? .max : .min) : product
    }
}
