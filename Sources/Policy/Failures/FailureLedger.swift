import Synchronization

/// Who failed to authenticate how often, and who is banned for it; outlives every policy.
///
/// Counted by IPv4 address and by IPv6 /64, exactly and for all event loops together; at most
/// 131,072 of each, about 130 bytes apiece. A full table forgets who was seen longest ago, and the
/// banned last.
package final class FailureLedger: Sendable {
    /// What follows from a failure.
    package enum Outcome: Equatable, Sendable {
        /// The failure is answered as every failure is.
        case nothing
        /// Good credentials come from the address too, so only its failures are refused.
        case throttle(retryAfterSeconds: Int64)
        /// The address is banned from the next request on; `step` is 1 for a first ban.
        case ban(seconds: Int64, step: Int64)
    }

    private let table: AddressTable<FailureRecord>
    /// When the last of all bans ends, so that a gate without bans asks no table.
    private let lastBanEnd = Atomic<Int64>(.min)

    package convenience init() {
        self.init(capacity: UsageLedger.addressCountMax)
    }

    /// For tests of eviction, which want small tables.
    init(capacity: Int, shardCount: Int = 16) {
        table = AddressTable(capacity: capacity, shardCount: shardCount)
    }

    /// Counts a failure.
    ///
    /// Each ban lasts twice as long as the one before it, up to `banSecondsMax`; for every
    /// `banSecondsMax` without a further one since the last ended, it is one doubling less.
    /// - Parameters:
    ///   - client: Where the request came from.
    ///   - rules: The policy's; 0 for `banSeconds` throttles instead of banning.
    ///   - isExempt: Whether the address is protected or a trusted proxy: it is never banned and
    ///     nothing is counted.
    ///   - now: The present moment.
    /// - Returns: What follows for this failure and for the requests after it.
    package func failed(
        from client: ClientAddress,
        rules: FailureRules,
        isExempt: Bool,
        at now: MonotonicTime
    ) -> Outcome {
        guard !isExempt else { return .nothing }
        let (outcome, end) = table.update(client, at: now) { record in
            (record.noteFailure(rules, at: now), record.bannedUntil)
        }
        if case .ban = outcome { lastBanEnd.max(end, ordering: .relaxed) }
        return outcome
    }

    /// Notes that a good credential came from the address, which keeps it from being banned whole.
    ///
    /// Takes a lock: call it for the first good request of a connection and then at most once a
    /// second, which is often enough because windows are a second long at least.
    package func succeeded(from client: ClientAddress, at now: MonotonicTime) {
        table.update(client, at: now) { $0.noteSuccess(at: now) }
    }

    /// Refuses a banned address, and counts the refusal.
    ///
    /// Costs one load while nobody is banned.
    /// - Parameters:
    ///   - client: Where the request came from.
    ///   - isExempt: Asked only when a ban covers the client: an exempt address passes although
    ///     others in its IPv6 /64 are banned.
    ///   - now: The present moment.
    /// - Returns: Permission, or 403 with the seconds that are left of the ban.
    package func ruling(
        on client: ClientAddress,
        isExempt: @autoclosure () -> Bool,
        at now: MonotonicTime
    ) -> Ruling {
        guard lastBanEnd.load(ordering: .relaxed) > now.nanoseconds,
            let known = table.entry(of: client), known.isBanned(at: now), !isExempt()
        else { return .allow }
        table.update(client, at: now) { $0.noteRefusal() }
        return .deny(
            CallDenial(
                status: 403,
                code: .addressBanned,
                clientMessage: "This address is banned for a while after too many failures",
                retryAfterSeconds: Self.seconds(known.bannedUntil, since: now.nanoseconds)
            )
        )
    }

    /// Every ban in force, the one that lasts longest first.
    ///
    /// Costs one load while nobody is banned.
    package func bans(at now: MonotonicTime) -> [FailureBan] {
        guard lastBanEnd.load(ordering: .relaxed) > now.nanoseconds else { return [] }
        let bans = table.entries.filter { $0.entry.isBanned(at: now) }
            .map { group, record in
                let client = ClientAddress(group)
                let ban = FailureBan(
                    client: client,
                    remainingSeconds: Self.seconds(record.bannedUntil, since: now.nanoseconds),
                    elapsedSeconds: max(now.nanoseconds - record.bannedSince, 0) / 1_000_000_000,
                    step: record.step,
                    refusals: record.refusals
                )
                return (ban: ban, name: client.description)
            }
        let ordered = bans.sorted {
            ($1.ban.remainingSeconds, $0.name) < ($0.ban.remainingSeconds, $1.name)
        }
        return ordered.map(\.ban)
    }

    /// Takes back what `bans` gave before a restart, less the time that has passed since.
    ///
    /// A ban without time left, or longer than a policy may make it, is cut to what may be.
    package func restore(_ bans: [FailureBan], at now: MonotonicTime) {
        for ban in bans where ban.remainingSeconds > 0 {
            let seconds = min(ban.remainingSeconds, FailureBan.secondsMax)
            let end = table.update(ban.client, at: now) { record in
                record.ban(seconds: seconds, step: min(max(ban.step, 1), 20), at: now)
                return record.bannedUntil
            }
            lastBanEnd.max(end, ordering: .relaxed)
        }
    }

    /// Ends the bans of all addresses in `prefix` and forgets their failures; returns how many.
    ///
    /// An IPv6 prefix longer than /64 means the /64 around it, because that is what was banned.
    package func liftAll(in prefix: AddressPrefix, at now: MonotonicTime) -> Int {
        let banned = bans(at: now).map(\.client).filter { $0.isGrouped(in: prefix) }
        for client in banned { table.update(client, at: now) { $0.pardon() } }
        return banned.count
    }

    /// How many addresses each family's table holds.
    var counts: (v4: Int, v6: Int) { table.counts }

    /// Rounded up, at least 1.
    private static func seconds(_ end: Int64, since start: Int64) -> Int64 {
        max((end.subtractingClamped(start) - 1) / 1_000_000_000 + 1, 1)
    }
}

/// A ban that failed authentication led to.
package struct FailureBan: Equatable, Sendable {
    /// As long as a policy may make one.
    package static let secondsMax: Int64 = 604_800

    /// Stands for its `group`.
    package var client: ClientAddress
    /// Whole seconds until it ends, at least 1.
    package var remainingSeconds: Int64
    /// Whole seconds since it began.
    package var elapsedSeconds: Int64
    /// 1 for a first ban; each further one within the time of decay adds one.
    package var step: Int64
    /// Calls refused since it began.
    package var refusals: UInt64

    package init(
        client: ClientAddress,
        remainingSeconds: Int64,
        elapsedSeconds: Int64 = 0,
        step: Int64 = 1,
        refusals: UInt64 = 0
    ) {
        self.client = client
        self.remainingSeconds = remainingSeconds
        self.elapsedSeconds = elapsedSeconds
        self.step = step
        self.refusals = refusals
    }
}

extension FailureLedger.Outcome {
    /// What the client is told: as ever, or 429 where its failures are throttled.
    package func denial(insteadOf usual: CallDenial) -> CallDenial {
        guard case .throttle(let retryAfterSeconds) = self else { return usual }
        return CallDenial(
            status: 429,
            code: .failuresLimited,
            cause: usual.cause,
            clientMessage: "Too many failed attempts; wait before the next one",
            retryAfterSeconds: retryAfterSeconds
        )
    }
}

extension ClientAddress {
    /// Whether what counts as one client lies in `prefix`.
    fileprivate func isGrouped(in prefix: AddressPrefix) -> Bool {
        guard case .v6(let upper, _) = prefix.network, prefix.length > 64 else {
            return prefix.contains(group)
        }
        return group == .v6(upper, 0)
    }
}
