import Glibc

/// How many files and connections this process may have open at once; see getrlimit(2).
enum OpenFileLimit {
    /// Enough for every connection that a gate takes, each with one to an upstream behind it.
    private static let wanted = 65_536

    /// What the soft limit can be raised to.
    static var hard: Int {
        Int(clamping: current.rlim_max)
    }

    /// Lifts the soft limit, which many systems set to 1,024, as far as is wanted and allowed.
    static func raise() {
        var limit = current
        let wanted = min(limit.rlim_max, rlim_t(wanted))
        guard limit.rlim_cur < wanted else { return }
        limit.rlim_cur = wanted
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    private static var current: rlimit {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return limit
    }
}
