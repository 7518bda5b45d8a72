import Policy

/// What all loops saw, merged: the windows and tables behind a snapshot.
///
/// A pure value: the clock is passed in, and equal input gives equal output.
struct ActivityHistory: Sendable {
    private static let seriesSeconds = 120
    private static let failureGroupsMax = 10_000
    private static let snapshotClientsMax = 100
    private static let snapshotRowsMax = 200

    private let started: Timestamp
    private let origin: MonotonicTime
    /// Of the running second, counted from the start; nil before the first.
    private var second: Int64?

    private var requests = RateSeries(capacity: seriesSeconds)
    private var denials = RateSeries(capacity: seriesSeconds)
    private var latency = LatencyWindow()
    private var statuses = SlidingCounts(slots: StatusClasses.slotCount)
    private var reasons = SlidingCounts(slots: ReasonCode.allCases.count)
    private let reasonSlots: [ReasonCode: Int]
    private var totals = CallTotals()
    private var clients = ClientTable()
    private var failures = BoundedTable<Recording.FailureGroup, Recording.FailureTally>(
        capacity: failureGroupsMax
    )
    private var keys = KeyTable()
    private var blocks = BlockWatch()
    private var events = CoalescedEvents()

    init(started: Timestamp, at origin: MonotonicTime) {
        self.started = started
        self.origin = origin
        reasonSlots = Dictionary(
            uniqueKeysWithValues: zip(ReasonCode.allCases, ReasonCode.allCases.indices)
        )
    }

    /// Lets the windows slide to the second nearest to `now`.
    ///
    /// Nearest, so that a timer's jitter neither skips a second nor fills one twice.
    mutating func advance(to now: MonotonicTime) {
        let elapsed = max(0, now.nanoseconds - origin.nanoseconds)
        let nearest = (elapsed + 500_000_000) / 1_000_000_000
        let steps = second.map { Int(clamping: nearest - $0) } ?? 1
        guard steps > 0 else { return }
        second = nearest
        requests.advance(bySeconds: steps)
        denials.advance(bySeconds: steps)
        latency.advance(bySeconds: steps)
        statuses.advance(bySeconds: steps)
        reasons.advance(bySeconds: steps)
        clients.advance(bySeconds: steps)
    }

    /// Adds what one loop saw in the running second; `advance` comes first.
    mutating func absorb(_ recording: Recording) {
        guard !recording.isEmpty else { return }
        requests.add(recording.totals.requests)
        denials.add(recording.totals.denials)
        totals.add(recording.totals)
        latency.add(recording.latency)
        for (slot, count) in recording.statusClasses.slots.enumerated() {
            statuses.add(count, to: slot)
        }
        for (reason, count) in recording.denialsByReason {
            if let slot = reasonSlots[reason] { reasons.add(count, to: slot) }
        }
        for entry in recording.clients.entries {
            clients.add(entry.value, of: entry.key)
        }
        for entry in recording.failures.entries {
            add(entry.value, to: entry.key)
        }
        for entry in recording.keys.entries {
            keys.add(entry.value, of: entry.key)
        }
        events.merge(recording.events)
    }

    /// Takes note of the automatic blocks in force; one that was not there before is an event.
    mutating func observe(
        _ active: [ActiveBlock],
        at now: Timestamp,
        monotonic: MonotonicTime
    ) {
        for block in blocks.observe(active, at: monotonic) {
            events.add(
                CoalescedEvents.Origin(block),
                severity: .warning,
                at: now.advanced(bySeconds: -block.elapsedSeconds)
            )
        }
    }

    /// What happened since it was last asked.
    mutating func takeEvents() -> [SecurityEvent] {
        defer { events.removeAll() }
        return events.events()
    }

    /// Everything but the events, which the hub adds.
    mutating func snapshot(
        at time: Timestamp,
        monotonic: MonotonicTime,
        openConnections: Int
    ) -> TelemetrySnapshot {
        TelemetrySnapshot(
            time: time,
            uptimeSeconds: max(0, monotonic.nanoseconds - origin.nanoseconds) / 1_000_000_000,
            requestsPerSecond: requests.values,
            denialsPerSecond: denials.values,
            latency: latency.summary(),
            statusClasses: StatusClasses(slots: statuses),
            denialsByReason: denialsByReason(),
            totals: totals,
            openConnections: openConnections,
            clients: clients.mostActive(Self.snapshotClientsMax),
            clientCount: clients.count,
            blocks: blocks.longest(Self.snapshotRowsMax).map { BlockRecord($0, at: time) },
            authenticationFailures: latestFailures(),
            keyUsage: keys.usage()
        )
    }

    private mutating func add(
        _ tally: Recording.FailureTally,
        to group: Recording.FailureGroup
    ) {
        let slot = failures.place(
            group,
            making: Recording.FailureTally(first: tally.first, last: tally.last),
            worth: { tally, _ in UInt64(clamping: tally.last.millisecondsSince1970) }
        ).slot
        failures[slot].count += tally.count
        failures[slot].first = min(failures[slot].first, tally.first)
        if tally.last >= failures[slot].last {
            failures[slot].last = tally.last
            failures[slot].key = tally.key ?? failures[slot].key
        }
    }

    private func latestFailures() -> [AuthenticationFailures] {
        failures.entries.largest(Self.snapshotRowsMax) { left, right in
            if left.value.last != right.value.last { return left.value.last > right.value.last }
            if left.key.group != right.key.group {
                return left.key.group.precedes(right.key.group)
            }
            return left.key.reason.rawValue < right.key.reason.rawValue
        }.map { entry in
            AuthenticationFailures(
                address: entry.key.group.groupText,
                reason: entry.key.reason,
                count: entry.value.count,
                key: entry.value.key,
                firstSeen: entry.value.first,
                lastSeen: entry.value.last
            )
        }
    }

    private func denialsByReason() -> [ReasonCount] {
        ReasonCode.allCases.indices
            .filter { reasons[$0] > 0 }
            .sorted { (reasons[$1], $0) < (reasons[$0], $1) }
            .map { ReasonCount(reason: ReasonCode.allCases[$0], count: reasons[$0]) }
    }
}

extension CallTotals {
    mutating func add(_ other: Self) {
        requests += other.requests
        denials += other.denials
        requestBytes &+= other.requestBytes
        responseBytes &+= other.responseBytes
        ignoredForwardings += other.ignoredForwardings
    }
}

extension StatusClasses {
    fileprivate static var slotCount: Int { 4 }

    fileprivate var slots: [UInt64] { [success, redirection, clientError, serverError] }

    fileprivate init(slots: SlidingCounts) {
        self.init(
            success: slots[0],
            redirection: slots[1],
            clientError: slots[2],
            serverError: slots[3]
        )
    }
}
