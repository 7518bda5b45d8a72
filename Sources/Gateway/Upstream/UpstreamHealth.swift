import Policy
import Synchronization

/// How one upstream has been doing, shared by all loops.
///
/// While nothing fails, asking and telling cost one load each.
final class UpstreamHealth: Sendable {
    private let isTroubled = Atomic<Bool>(false)
    private let breaker = Mutex(CircuitBreaker(.upstream))

    func admission(at now: MonotonicTime) -> CircuitBreaker.Admission {
        guard isTroubled.load(ordering: .relaxed) else { return .admitted }
        return breaker.withLock { $0.admission(at: now) }
    }

    /// It answered, whatever it said.
    func succeeded() {
        guard isTroubled.load(ordering: .relaxed) else { return }
        breaker.withLock { breaker in
            breaker.succeeded()
            isTroubled.store(false, ordering: .relaxed)
        }
    }

    /// It could not be reached, or left without an answer.
    ///
    /// An answer that is late does not count: how long a call takes is up to whoever sends it.
    func failed(at now: MonotonicTime) {
        breaker.withLock { breaker in
            breaker.failed(at: now)
            isTroubled.store(true, ordering: .relaxed)
        }
    }

    /// Somebody tried whether it can be connected to, without a call.
    func tried(isReachable: Bool, at now: MonotonicTime) {
        guard !isReachable || isTroubled.load(ordering: .relaxed) else { return }
        breaker.withLock { breaker in
            breaker.tried(isReachable: isReachable, at: now)
            isTroubled.store(!breaker.isUntroubled, ordering: .relaxed)
        }
    }

    /// For how many more seconds no call is sent to it; nil when calls are.
    func suspension(at now: MonotonicTime) -> Int64? {
        guard isTroubled.load(ordering: .relaxed) else { return nil }
        return breaker.withLock { $0.suspension(at: now) }
    }
}

/// The health of every upstream in force, found by address; asked once per loop and policy.
final class HealthBook: Sendable {
    private let entries = Mutex<[String: UpstreamHealth]>([:])

    func health(of address: UpstreamAddress) -> UpstreamHealth {
        entries.withLock { entries in
            if let known = entries[address.authority] { return known }
            let health = UpstreamHealth()
            entries[address.authority] = health
            return health
        }
    }

    /// Forgets what no policy names any more.
    func keep(only addresses: [UpstreamAddress]) {
        let wanted = Set(addresses.map(\.authority))
        entries.withLock { entries in
            entries = entries.filter { wanted.contains($0.key) }
        }
    }
}
