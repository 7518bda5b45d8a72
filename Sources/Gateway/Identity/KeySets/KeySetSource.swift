import Policy
import Synchronization

/// The public keys of one authorization server, fetched when they are due.
///
/// What a token says never decides where keys come from, and hardly when: one fetch a minute at most
/// is owed to tokens that name an unknown key.
actor KeySetSource {
    typealias Fetch =
        @Sendable (_ validator: String?) async throws(KeySetProblem) -> KeySetPlace.Delivery

    /// Grows when other keys come into force; what was decided by older ones is asked again.
    nonisolated let epoch = Atomic<UInt64>(0)
    private let fetch: Fetch
    private let clock: @Sendable () -> MonotonicTime
    private let report: @Sendable (KeySetEvent) -> Void
    private var schedule: KeySetSchedule
    private var keys: KeySet?
    private var content: [UInt8] = []
    private var validator: String?
    private var fetching: Task<Void, Never>?
    private var isClosed = false

    /// Prepares to fetch; nothing is fetched before keys are asked for.
    ///
    /// - Parameters:
    ///   - pace: How often `fetch` may be called.
    ///   - clock: The gateway's monotonic clock.
    ///   - report: Hears of every change and every failure.
    ///   - fetch: Gets the keys from where the policy says that they are.
    init(
        _ pace: KeySetSchedule.Pace,
        clock: @escaping @Sendable () -> MonotonicTime,
        report: @escaping @Sendable (KeySetEvent) -> Void,
        fetch: @escaping Fetch
    ) {
        schedule = KeySetSchedule(pace)
        self.clock = clock
        self.report = report
        self.fetch = fetch
    }

    /// What is known of the key that a token means.
    enum Finding: Sendable {
        case found(VerificationKey)
        /// The issuer has no such key.
        case unknown
        /// The issuer's keys could not be fetched so far.
        case unavailable
    }

    func key(named keyID: String?, for algorithm: SignatureAlgorithm) async -> Finding {
        let held = heldKey(named: keyID, for: algorithm)
        if held == nil, let fetching {
            await fetching.value
            return finding(named: keyID, for: algorithm)
        }
        switch schedule.advice(at: clock(), isKeyKnown: held != nil) {
        case .use, .unavailable: break
        case .useAndFetch: beginFetching()
        case .fetchFirst: await beginFetching().value
        }
        return finding(named: keyID, for: algorithm)
    }

    /// Fetches the keys before the first token needs them.
    func prepare() {
        if schedule.advice(at: clock(), isKeyKnown: true) == .fetchFirst { beginFetching() }
    }

    /// Ends a fetch that is under way and begins no other.
    func close() async {
        isClosed = true
        fetching?.cancel()
        await fetching?.value
    }

    private func heldKey(
        named keyID: String?,
        for algorithm: SignatureAlgorithm
    ) -> VerificationKey? {
        guard schedule.areKeysUsable(at: clock()) else { return nil }
        return keys?.key(named: keyID, for: algorithm)
    }

    private func finding(named keyID: String?, for algorithm: SignatureAlgorithm) -> Finding {
        if let key = heldKey(named: keyID, for: algorithm) { return .found(key) }
        return keys != nil && schedule.areKeysUsable(at: clock()) ? .unknown : .unavailable
    }

    @discardableResult
    private func beginFetching() -> Task<Void, Never> {
        if let fetching { return fetching }
        let task = Task {
            if !isClosed { await refresh() }
            fetching = nil
        }
        fetching = task
        return task
    }

    private func refresh() async {
        do throws(KeySetProblem) {
            switch try await fetch(validator) {
            case .unchanged(let freshSeconds):
                schedule.fetched(at: clock(), freshSeconds: freshSeconds)
            case .document(let bytes, let validator, let freshSeconds):
                try await take(bytes)
                self.validator = validator
                schedule.fetched(at: clock(), freshSeconds: freshSeconds)
            }
        } catch {
            guard !isClosed else { return }
            report(.refreshFailed(error, areKeysHeld: schedule.areKeysUsable(at: clock())))
        }
    }

    private func take(_ bytes: [UInt8]) async throws(KeySetProblem) {
        if keys != nil, bytes == content { return }
        let read = try await KeySet(bytes)
        keys = read
        content = bytes
        epoch.add(1, ordering: .releasing)
        report(.changed(keyCount: read.keyCount, ignoredCount: read.ignoredCount))
    }
}
