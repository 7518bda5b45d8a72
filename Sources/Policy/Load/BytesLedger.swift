/// How many bytes each principal moved of late; outlives every policy.
///
/// A bucket of one minute's bytes that refills steadily. What a call moves is known only as it
/// moves, so a bucket may go into debt, of ten minutes at most; the next request waits until the
/// debt is paid. Exact across event loops; at most 100,000 principals and 131,072 addresses of each
/// family.
package final class BytesLedger: Sendable {
    private let keys: RecencyTable<KeyID, ByteBucket>
    private let addresses: AddressTable<ByteBucket>

    package convenience init() {
        self.init(
            keyCountMax: UsageLedger.keyCountMax,
            addressCountMax: UsageLedger.addressCountMax
        )
    }

    /// For tests of eviction, which want small tables.
    init(keyCountMax: Int, addressCountMax: Int, shardCount: Int = 16) {
        keys = RecencyTable(capacity: keyCountMax, shardCount: shardCount)
        addresses = AddressTable(capacity: addressCountMax, shardCount: shardCount)
    }

    /// Asks before a request whether its subject may move anything.
    ///
    /// - Parameters:
    ///   - subject: Who asks.
    ///   - bytesPerMinute: The policy's; 0 allows at once, without asking any table.
    ///   - now: The present moment.
    /// - Returns: Permission, or 429 with the seconds until a byte may be moved.
    package func ruling(
        on subject: UsageLedger.Subject,
        bytesPerMinute: Int64,
        at now: MonotonicTime
    ) -> Ruling {
        guard bytesPerMinute > 0 else { return .allow }
        let bucket =
            switch subject {
            case .key(let key): keys.entry(of: key)
            case .address(let client): addresses.entry(of: client)
            }
        guard let seconds = bucket?.secondsToWait(bytesPerMinute: bytesPerMinute, at: now) else {
            return .allow
        }
        return .deny(
            CallDenial(
                status: 429,
                code: .bytesLimited,
                clientMessage: "Too many bytes in a minute; wait before the next request",
                retryAfterSeconds: seconds
            )
        )
    }

    /// Counts bytes that the subject moved, in either direction.
    ///
    /// - Parameters:
    ///   - bytes: At least 0; best a whole body or a good part of one, because it takes a lock.
    ///   - subject: Whose they are.
    ///   - bytesPerMinute: The policy's; 0 counts nothing.
    ///   - now: The present moment.
    package func charge(
        _ bytes: Int,
        to subject: UsageLedger.Subject,
        bytesPerMinute: Int64,
        at now: MonotonicTime
    ) {
        guard bytesPerMinute > 0, bytes > 0 else { return }
        switch subject {
        case .key(let key):
            keys.update(key, at: now) {
                $0.charge(Int64(bytes), bytesPerMinute: bytesPerMinute, at: now)
            }
        case .address(let client):
            addresses.update(client, at: now) {
                $0.charge(Int64(bytes), bytesPerMinute: bytesPerMinute, at: now)
            }
        }
    }
}

/// The bytes that a subject has used and not yet been given back.
struct ByteBucket: Recollection {
    private static let nanosecondsPerMinute: Int64 = 60_000_000_000
    private static let debtMinutesMax: Int64 = 10

    private var used: Int64 = 0
    /// Up to when bytes have been given back, in monotonic nanoseconds.
    private var settledAt: Int64 = 0

    func isKept(at now: MonotonicTime) -> Bool { false }

    mutating func charge(_ bytes: Int64, bytesPerMinute: Int64, at now: MonotonicTime) {
        settle(bytesPerMinute, at: now)
        used = min(used.addingClamped(bytes), Self.usedMax(bytesPerMinute))
    }

    /// Whole seconds until a byte may be moved again, at least 1; nil when one may be now.
    func secondsToWait(bytesPerMinute: Int64, at now: MonotonicTime) -> Int64? {
        var settled = self
        settled.settle(bytesPerMinute, at: now)
        let missing = settled.used - bytesPerMinute + 1
        guard missing > 0 else { return nil }
        let nanoseconds = Self.scaled(
            missing,
            by: Self.nanosecondsPerMinute,
            over: bytesPerMinute,
            isRoundedUp: true
        )
        return max((nanoseconds.addingClamped(999_999_999)) / 1_000_000_000, 1)
    }

    /// Gives back whole bytes, and moves on only by the time that they took, rounded up, so that
    /// asking often neither loses nor gains a byte.
    private mutating func settle(_ bytesPerMinute: Int64, at now: MonotonicTime) {
        used = min(used, Self.usedMax(bytesPerMinute))
        let elapsed = max(now.nanoseconds.subtractingClamped(settledAt), 0)
        let returned = Self.scaled(elapsed, by: bytesPerMinute, over: Self.nanosecondsPerMinute)
        if returned >= used {
            used = 0
            settledAt = max(settledAt, now.nanoseconds)
        } else {
            used -= returned
            let taken = Self.scaled(
                returned,
                by: Self.nanosecondsPerMinute,
                over: bytesPerMinute,
                isRoundedUp: true
            )
            settledAt = settledAt.addingClamped(taken)
        }
    }

    /// A minute's bytes and the longest debt.
    private static func usedMax(_ bytesPerMinute: Int64) -> Int64 {
        bytesPerMinute.multipliedClamped(by: 1 + debtMinutesMax)
    }

    /// `value * factor / divisor` for positive numbers, clamped.
    private static func scaled(
        _ value: Int64,
        by factor: Int64,
        over divisor: Int64,
        isRoundedUp: Bool = false
    ) -> Int64 {
        let rounding = isRoundedUp ? divisor - 1 : 0
        // Nearly always enough, and a division of 64 bits costs a tenth of the other.
        let (short, overflow) = value.multipliedReportingOverflow(by: factor)
        let (sum, carry) = short.addingReportingOverflow(rounding)
        if !overflow, !carry { return sum / divisor }
        let product = Int128(value) * Int128(factor) + Int128(rounding)
        return Int64(clamping: product / Int128(divisor))
    }
}
