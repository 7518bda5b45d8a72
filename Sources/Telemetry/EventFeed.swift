/// The ring of events and those who follow it, so that everybody gets events in cursor order.
struct EventFeed: Sendable {
    /// A subscriber that reads slower than this many updates loses the oldest.
    static let bufferedUpdatesMax = 512
    static let subscribersMax = 64

    private(set) var ring: EventRing
    private var subscribers: [Int: AsyncStream<TelemetryUpdate>.Continuation] = [:]
    private var nextSubscriber = 0

    init(capacity: Int) {
        ring = EventRing(capacity: capacity)
    }

    var subscriberCount: Int { subscribers.count }

    mutating func publish(_ event: SecurityEvent) {
        let numbered = ring.append(event)
        send(.event(numbered))
    }

    func send(_ update: TelemetryUpdate) {
        for subscriber in subscribers.values {
            subscriber.yield(update)
        }
    }

    /// - Returns: A token for `remove`, or nil when there are as many as there may be.
    mutating func add(_ continuation: AsyncStream<TelemetryUpdate>.Continuation) -> Int? {
        guard subscribers.count < Self.subscribersMax else { return nil }
        let token = nextSubscriber
        nextSubscriber += 1
        subscribers[token] = continuation
        return token
    }

    mutating func remove(_ token: Int) -> AsyncStream<TelemetryUpdate>.Continuation? {
        subscribers.removeValue(forKey: token)
    }
}
