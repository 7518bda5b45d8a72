import Policy

/// Decides when changed files are worth loading, and when a load that failed is worth a word.
///
/// Whoever renews a certificate writes two files, one after the other. A pair is loaded once it
/// has been still from one look to the next, and one that cannot be served is tried again for
/// `patience` before it counts as refused.
struct CertificateWatch {
    enum Verdict: Equatable {
        case adopted
        /// Perhaps half of the pair is still being written; it is tried again.
        case tolerated
        case refused
    }

    static let patience = TimeSpan(.seconds(5))

    private struct Change {
        var stamps: TLSFileStamps
        var since: MonotonicTime
    }

    /// The files as they were when they last got a verdict for good.
    private var judged: TLSFileStamps
    private var change: Change?

    init(judged: TLSFileStamps) {
        self.judged = judged
    }

    /// - Returns: Whether the files are to be loaded now.
    mutating func saw(_ stamps: TLSFileStamps, at now: MonotonicTime) -> Bool {
        guard stamps != judged else {
            change = nil
            return false
        }
        if change?.stamps == stamps { return true }
        change = Change(stamps: stamps, since: change?.since ?? now)
        return false
    }

    /// Takes what came of loading the files that looked like `stamps`.
    ///
    /// Whoever ordered the load is told the outcome at once, whatever it is.
    mutating func loaded(
        _ stamps: TLSFileStamps,
        isUsable: Bool,
        isOrdered: Bool,
        at now: MonotonicTime
    ) -> Verdict {
        let since = change?.since ?? now
        let isPatient = !isOrdered && now < since.advanced(by: Self.patience)
        if !isUsable, isPatient { return .tolerated }
        judged = stamps
        change = nil
        return isUsable ? .adopted : .refused
    }
}
