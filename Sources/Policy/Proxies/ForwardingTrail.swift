/// Whom a request passed, told from the left, with the rightmost untrusted address remembered.
struct ForwardingTrail {
    private var found: ForwardedCall?
    private var hopCount = 0
    /// Trusted proxies since the client, or since the start.
    private var trustedCount = 0

    /// A request that names nobody is the proxy's own.
    init(peer: ClientAddress) {
        found = ForwardedCall(client: peer)
    }

    /// Notes the next hop to the right; nil for one that cannot be read.
    mutating func append(_ hop: ForwardedCall?, isTrusted: Bool) {
        if hopCount == 0 || !isTrusted { found = hop }
        hopCount += 1
        trustedCount = isTrusted ? trustedCount + 1 : 0
    }

    /// Nil when the client cannot be told.
    var call: ForwardedCall? {
        trustedCount <= ForwardingGuard.hopCountMax ? found : nil
    }
}

/// A value that counts only when it is said once.
struct OnlyValue {
    private var count = 0
    private var value: Range<Int>?

    /// Nil when there was none, or several.
    var range: Range<Int>? { count == 1 ? value : nil }

    mutating func note(_ range: Range<Int>) {
        count += 1
        value = range
    }
}
