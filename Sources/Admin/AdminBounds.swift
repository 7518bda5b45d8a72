/// The bounds that every admin service holds its callers to.
package enum AdminBounds {
    /// Of a page of the history or of events.
    package static let limits = 1...1000
    /// Of the time in which a superseded secret still works, in seconds.
    package static let graceSeconds: ClosedRange<Int64> = 0...604_800
    /// Of the length of a ban that ends by itself, in seconds: up to ten years.
    package static let banSeconds: ClosedRange<Int64> = 1...315_360_000

    package static func checkLimit(_ limit: Int) throws(AdminError) {
        guard limits.contains(limit) else {
            throw AdminError(.invalidRequest, "The limit must be 1 to 1000.")
        }
    }

    package static func checkGrace(_ seconds: Int64) throws(AdminError) {
        guard graceSeconds.contains(seconds) else {
            throw AdminError(
                .invalidRequest,
                "The grace time must be 0 to 604800 seconds (7 days)."
            )
        }
    }

    package static func checkBan(seconds: Int64?) throws(AdminError) {
        guard seconds.map(banSeconds.contains) ?? true else {
            throw AdminError(
                .invalidRequest,
                "A ban lasts 1 to 315360000 seconds (10 years), or until it is removed."
            )
        }
    }
}
