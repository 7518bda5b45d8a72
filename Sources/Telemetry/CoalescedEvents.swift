import Policy

/// What happened in one second, equal occurrences counted together.
///
/// Bounded without losing a count: once 32 different origins of one kind are named, further ones
/// are counted together, without address, key and subject, for each reason.
struct CoalescedEvents: Sendable {
    /// What makes two occurrences equal.
    struct Origin: Hashable, Sendable {
        var kind: SecurityEvent.Kind
        var reason: ReasonCode?
        /// A `ClientAddress.group`.
        var group: IPAddress?
        var key: KeyID?
        /// What it is about, as words for people; nil when the reason says everything.
        var subject: String?
    }

    struct Tally: Equatable, Sendable {
        var severity: SecurityEvent.Severity
        var first: Timestamp
        var count: UInt64
    }

    /// Different origins of one kind that keep their address, key and subject.
    static let namedOriginsMax = 32

    private var tallies: [Origin: Tally] = [:]
    private var namedOrigins: [SecurityEvent.Kind: Int] = [:]

    var isEmpty: Bool { tallies.isEmpty }

    mutating func add(
        _ origin: Origin,
        severity: SecurityEvent.Severity,
        at time: Timestamp,
        count: UInt64 = 1
    ) {
        add(origin, Tally(severity: severity, first: time, count: count))
    }

    mutating func merge(_ other: Self) {
        for (origin, tally) in other.ordered() {
            add(origin, tally)
        }
    }

    /// In the order of their first occurrence; equal times in a fixed order of their own.
    func events() -> [SecurityEvent] {
        ordered().map { origin, tally in
            SecurityEvent(
                time: tally.first,
                kind: origin.kind,
                severity: tally.severity,
                reason: origin.reason,
                address: origin.group?.groupText,
                key: origin.key,
                detail: origin.detail,
                count: tally.count
            )
        }
    }

    mutating func removeAll() {
        tallies.removeAll(keepingCapacity: true)
        namedOrigins.removeAll(keepingCapacity: true)
    }

    private mutating func add(_ origin: Origin, _ tally: Tally) {
        if add(tally, toKnown: origin) { return }
        guard origin.isNamed else {
            tallies[origin] = tally
            return
        }
        if namedOrigins[origin.kind, default: 0] < Self.namedOriginsMax {
            namedOrigins[origin.kind, default: 0] += 1
            tallies[origin] = tally
        } else {
            let anonymous = Origin(kind: origin.kind, reason: origin.reason)
            if !add(tally, toKnown: anonymous) {
                tallies[anonymous] = tally
            }
        }
    }

    private mutating func add(_ tally: Tally, toKnown origin: Origin) -> Bool {
        guard let index = tallies.index(forKey: origin) else { return false }
        tallies.values[index].count += tally.count
        tallies.values[index].first = min(tallies.values[index].first, tally.first)
        return true
    }

    private func ordered() -> [(origin: Origin, tally: Tally)] {
        tallies
            .map { (origin: $0, tally: $1, order: $0.order) }
            .sorted { ($0.tally.first, $0.order) < ($1.tally.first, $1.order) }
            .map { ($0.origin, $0.tally) }
    }
}

extension CoalescedEvents.Origin {
    var isNamed: Bool { group != nil || key != nil || subject != nil }

    fileprivate var detail: String? {
        if isNamed { return subject }
        return kind == .toolChanged
            ? "further tools in the same second" : "from further addresses in the same second"
    }

    /// Any fixed order; it makes equal input give equal output.
    fileprivate var order: String {
        [
            kind.rawValue, reason?.rawValue ?? "", group?.groupText ?? "", key?.rawValue ?? "",
            subject ?? "",
        ].joined(separator: " ")
    }
}
