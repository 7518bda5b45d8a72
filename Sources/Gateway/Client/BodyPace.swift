import Policy

/// Decides whether a request body comes too slowly; knows nothing of sockets or timers.
struct BodyPace {
    /// What a body of any allowed size must average beyond the fixed time.
    static let bytesPerSecond: Int64 = 131_072
    /// Below this a client drips, once the grace is over.
    static let slowestBytesPerSecond: Int64 = 240
    static let grace = TimeSpan(.seconds(5))

    let began: MonotonicTime
    let limit: TimeSpan

    /// When it is over, given what was received so far.
    func deadline(receivedBytes: Int) -> MonotonicTime {
        let received = Int64(receivedBytes)
        let earned = received / Self.bytesPerSecond
        let absolute = began.advanced(by: limit).advanced(bySeconds: earned)
        let outrun = received / Self.slowestBytesPerSecond
        let minimum = began.advanced(by: Self.grace).advanced(bySeconds: outrun)
        return min(absolute, minimum)
    }
}
