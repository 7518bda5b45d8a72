import Policy

/// A duration as the hot path adds it: one integer.
struct TimeSpan: Equatable {
    let nanoseconds: Int64

    init(_ duration: Duration) {
        nanoseconds = duration.nanoseconds
    }
}

/// `TimeLimits`, converted once.
struct TimeSpans {
    let handshake: TimeSpan
    let head: TimeSpan
    let body: TimeSpan
    let idle: TimeSpan
    let stalledWrite: TimeSpan
    let linger: TimeSpan
    let upstreamConnect: TimeSpan
    let responseHead: TimeSpan
    let streamIdle: TimeSpan
    let upstreamIdle: TimeSpan
    let sweep: TimeSpan

    init(_ limits: TimeLimits) {
        handshake = TimeSpan(limits.handshake)
        head = TimeSpan(limits.head)
        body = TimeSpan(limits.body)
        idle = TimeSpan(limits.idle)
        stalledWrite = TimeSpan(limits.stalledWrite)
        linger = TimeSpan(limits.linger)
        upstreamConnect = TimeSpan(limits.upstreamConnect)
        responseHead = TimeSpan(limits.responseHead)
        streamIdle = TimeSpan(limits.streamIdle)
        upstreamIdle = TimeSpan(limits.upstreamIdle)
        sweep = TimeSpan(limits.sweep)
    }
}
