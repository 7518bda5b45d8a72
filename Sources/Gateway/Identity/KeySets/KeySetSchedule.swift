import Policy

/// Decides when keys are fetched, and for how long they count; knows nothing of files or servers.
struct KeySetSchedule {
    /// How often a place may be asked, in seconds.
    struct Pace: Equatable, Sendable {
        /// How long fetched keys are fresh: the place may say, within these bounds.
        var fresh: ClosedRange<Int64>
        /// Between two fetches because a token names an unknown key.
        var searchSeconds: Int64
        /// Between two fetches for any other reason.
        var retrySeconds: Int64
        /// How long keys count after the last fetch that worked.
        var staleSeconds: Int64

        static let server = Pace(
            fresh: 60...3600,
            searchSeconds: 60,
            retrySeconds: 10,
            staleSeconds: 86_400
        )
        /// Looking whether a file changed costs next to nothing.
        static let file = Pace(
            fresh: 1...1,
            searchSeconds: 1,
            retrySeconds: 1,
            staleSeconds: 86_400
        )
    }

    enum Advice: Equatable {
        /// The keys that are held decide.
        case use
        /// They decide, and others are to be fetched meanwhile.
        case useAndFetch
        /// They cannot decide before others are fetched.
        case fetchFirst
        /// There are none, and it is too early to ask again.
        case unavailable
    }

    private let pace: Pace
    private var lastFetch: MonotonicTime?
    private var lastSearch: MonotonicTime?
    private var freshUntil: MonotonicTime?
    private var usableUntil: MonotonicTime?

    init(_ pace: Pace) {
        self.pace = pace
    }

    /// Says what to do for a token; a fetch that it asks for is noted as begun.
    mutating func advice(at now: MonotonicTime, isKeyKnown: Bool) -> Advice {
        guard areKeysUsable(at: now) else {
            return mayFetch(at: now) ? .fetchFirst : .unavailable
        }
        if !isKeyKnown {
            return maySearch(at: now) ? .fetchFirst : .use
        }
        let isFresh = freshUntil.map { now < $0 } ?? false
        return !isFresh && mayFetch(at: now) ? .useAndFetch : .use
    }

    func areKeysUsable(at now: MonotonicTime) -> Bool {
        usableUntil.map { now < $0 } ?? false
    }

    /// Notes a fetch that brought keys, or word that they have not changed.
    ///
    /// `freshSeconds` is how long they are fresh if the place says so.
    mutating func fetched(at now: MonotonicTime, freshSeconds: Int64?) {
        let seconds = freshSeconds ?? pace.fresh.lowerBound
        let bounded = min(max(seconds, pace.fresh.lowerBound), pace.fresh.upperBound)
        freshUntil = now.advanced(bySeconds: bounded)
        usableUntil = now.advanced(bySeconds: pace.staleSeconds)
    }

    private mutating func mayFetch(at now: MonotonicTime) -> Bool {
        let isDue = lastFetch.map { now >= $0.advanced(bySeconds: pace.retrySeconds) } ?? true
        if isDue { lastFetch = now }
        return isDue
    }

    private mutating func maySearch(at now: MonotonicTime) -> Bool {
        let isDue = lastSearch.map { now >= $0.advanced(bySeconds: pace.searchSeconds) } ?? true
        if isDue { (lastSearch, lastFetch) = (now, now) }
        return isDue
    }
}
