import Synchronization

/// What is under way now: connections, requests and event streams, for all event loops together.
///
/// Whoever was granted a lease gives it back once, when what it stands for has ended. A subject is
/// remembered only while it holds a lease, so the tables never outgrow what is open.
package final class ConcurrencyLedger: Sendable {
    /// What may be limited in number.
    package enum Kind: Int, Sendable, CaseIterable {
        case connection, request, stream
    }

    /// Something that is under way and counted.
    package struct Lease: Equatable, Sendable {
        fileprivate var kind: Kind
        /// Nil when the subject was not counted, because nothing limited it.
        fileprivate var subject: UsageLedger.Subject?
        fileprivate var isInTotal: Bool
    }

    package enum Grant: Equatable, Sendable {
        case granted(Lease)
        case refused(CallDenial)
    }

    private let connections = HolderTable()
    private let requests = HolderTable()
    private let streams = HolderTable()
    private let connectionTotal = Atomic(0)
    private let streamTotal = Atomic(0)

    package init() {}

    /// Asks to begin something.
    ///
    /// What no rule limits is not counted and costs nothing; a rule that comes later counts from
    /// then on.
    /// - Parameters:
    ///   - kind: What begins.
    ///   - subject: Who begins it; an address by its IPv6 /64.
    ///   - rules: The policy's; a limit of 0 is none.
    /// - Returns: A lease to give back with `release`, or the denial.
    package func take(
        _ kind: Kind,
        by subject: UsageLedger.Subject,
        rules: ConcurrencyRules
    ) -> Grant {
        let limits = Limits(kind, rules)
        var lease = Lease(kind: kind, subject: nil, isInTotal: false)
        if limits.perSubject > 0 {
            let holder = subject.grouped
            guard table(of: kind).take(holder, limit: limits.perSubject) else {
                return .refused(Self.denial(of: kind, isTotal: false))
            }
            lease.subject = holder
        }
        if limits.total > 0 {
            guard takeFromTotal(kind, limit: limits.total) else {
                release(lease)
                return .refused(Self.denial(of: kind, isTotal: true))
            }
            lease.isInTotal = true
        }
        return .granted(lease)
    }

    /// Gives a lease back; once for each.
    package func release(_ lease: Lease) {
        if let subject = lease.subject { table(of: lease.kind).release(subject) }
        guard lease.isInTotal else { return }
        switch lease.kind {
        case .connection: connectionTotal.subtract(1, ordering: .relaxed)
        case .stream: streamTotal.subtract(1, ordering: .relaxed)
        case .request: break
        }
    }

    /// How many leases of a kind the subject holds, as far as they are counted.
    package func count(of kind: Kind, heldBy subject: UsageLedger.Subject) -> Int {
        table(of: kind).count(of: subject.grouped)
    }

    /// How many leases of a kind are held in all, as far as they are counted.
    package func total(of kind: Kind) -> Int {
        switch kind {
        case .connection: connectionTotal.load(ordering: .relaxed)
        case .stream: streamTotal.load(ordering: .relaxed)
        case .request: 0
        }
    }

    /// How many subjects are remembered.
    var holderCount: Int { connections.count + requests.count + streams.count }

    private func table(of kind: Kind) -> HolderTable {
        switch kind {
        case .connection: connections
        case .request: requests
        case .stream: streams
        }
    }

    private func takeFromTotal(_ kind: Kind, limit: Int) -> Bool {
        switch kind {
        case .connection: Self.increment(connectionTotal, below: limit)
        case .stream: Self.increment(streamTotal, below: limit)
        case .request: true
        }
    }

    /// Exact: never above the limit, not for a moment.
    private static func increment(_ count: borrowing Atomic<Int>, below limit: Int) -> Bool {
        var seen = count.load(ordering: .relaxed)
        while seen < limit {
            let (isDone, original) = count.weakCompareExchange(
                expected: seen,
                desired: seen + 1,
                ordering: .relaxed
            )
            if isDone { return true }
            seen = original
        }
        return false
    }

    private static func denial(of kind: Kind, isTotal: Bool) -> CallDenial {
        CallDenial(
            status: isTotal ? 503 : 429,
            code: kind.reason,
            clientMessage: isTotal
                ? "The server has no room for more at the moment"
                : "Too much of this is under way already; wait until some of it has ended",
            retryAfterSeconds: 1
        )
    }

    private struct Limits {
        var perSubject: Int
        var total: Int

        init(_ kind: Kind, _ rules: ConcurrencyRules) {
            switch kind {
            case .connection: (perSubject, total) = (rules.connectionsPerAddress, rules.connections)
            case .request: (perSubject, total) = (rules.requestsPerPrincipal, 0)
            case .stream: (perSubject, total) = (rules.streamsPerPrincipal, rules.streams)
            }
        }
    }
}

extension ConcurrencyLedger.Kind {
    fileprivate var reason: ReasonCode {
        switch self {
        case .connection: .connectionLimit
        case .request: .concurrencyLimit
        case .stream: .streamLimit
        }
    }
}

extension UsageLedger.Subject {
    /// The subject as tables know it: an IPv6 address by its /64.
    var grouped: Self {
        switch self {
        case .address(let client): .address(ClientAddress(client.group))
        case .key: self
        }
    }
}

/// How many leases each subject holds, spread over shards.
private final class HolderTable: Sendable {
    private final class Shard: Sendable {
        let counts = Mutex<[UsageLedger.Subject: Int]>([:])
    }

    private let shards = (0..<16).map { _ in Shard() }

    var count: Int {
        shards.reduce(0) { sum, shard in sum + shard.counts.withLock { $0.count } }
    }

    func take(_ subject: UsageLedger.Subject, limit: Int) -> Bool {
        shard(of: subject).counts.withLock { counts in
            // One access for both, because each hashes.
            Self.increment(&counts[subject, default: 0], below: limit)
        }
    }

    func release(_ subject: UsageLedger.Subject) {
        shard(of: subject).counts.withLock { counts in
            guard let index = counts.index(forKey: subject) else { return }
            if counts.values[index] > 1 {
                counts.values[index] -= 1
            } else {
                counts.remove(at: index)
            }
        }
    }

    func count(of subject: UsageLedger.Subject) -> Int {
        shard(of: subject).counts.withLock { $0[subject, default: 0] }
    }

    /// A limit is at least 1, so nobody is remembered who holds nothing.
    private static func increment(_ held: inout Int, below limit: Int) -> Bool {
        guard held < limit else { return false }
        held += 1
        return true
    }

    private func shard(of subject: UsageLedger.Subject) -> Shard {
        shards[Int(UInt(bitPattern: subject.hashValue) % UInt(shards.count))]
    }
}
