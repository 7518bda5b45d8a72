import Histogram
import Policy

/// What one event loop saw since its recording was last taken.
struct Recording: Sendable {
    /// What one client did.
    struct ClientTally: Sendable {
        var requests: UInt64 = 0
        var denials: UInt64 = 0
        var lastDenial: ReasonCode?
        var lastKey: KeyID?
        var lastTool: String?
        var first: Timestamp
        var last: Timestamp
    }

    /// Failures of one client for one reason.
    struct FailureGroup: Hashable, Sendable {
        var group: IPAddress
        var reason: ReasonCode
    }

    struct FailureTally: Sendable {
        var count: UInt64 = 0
        var key: KeyID?
        var first: Timestamp
        var last: Timestamp
    }

    /// Uses of one key.
    struct KeyTally: Sendable {
        var requests: UInt64 = 0
        var last: Timestamp
        var lastGroup: IPAddress
        var graceUses: UInt64 = 0
        var lastGrace: Timestamp?
        var lastGraceGroup: IPAddress?
    }

    /// Clients told apart in one recording; the totals are exact whatever their number.
    static let clientsMax = 4096
    static let failureGroupsMax = 1024
    /// Only verified keys are counted here, so the policy's own number of keys is the bound.
    static let keysMax = 100_000
    /// A tool's name is remembered up to this length; a client chooses it.
    static let toolScalarsMax = 128

    private(set) var totals = CallTotals()
    private(set) var statusClasses = StatusClasses()
    private(set) var denialsByReason: [ReasonCode: UInt64] = [:]
    private(set) var latency = LatencyHistogram.empty()
    private(set) var clients = BoundedTable<IPAddress, ClientTally>(capacity: clientsMax)
    private(set) var failures = BoundedTable<FailureGroup, FailureTally>(
        capacity: failureGroupsMax
    )
    private(set) var keys = BoundedTable<KeyID, KeyTally>(capacity: keysMax)
    private(set) var events = CoalescedEvents()

    /// Whether nothing happened; an event can come before the call that it belongs to is over.
    var isEmpty: Bool {
        totals.requests == 0 && totals.ignoredForwardings == 0 && events.isEmpty
    }

    mutating func add(_ call: CallRecord, at now: Timestamp) {
        count(call)
        countClient(call, at: now)
        countKey(call, at: now)
        guard let denial = call.denial else { return }
        denialsByReason[denial, default: 0] += 1
        let kind = denial.eventKind
        if kind == .authenticationFailure {
            countFailure(call, denial, at: now)
        }
        events.add(
            CoalescedEvents.Origin(
                kind: kind,
                reason: denial,
                group: call.client.group,
                key: call.key
            ),
            severity: denial.eventSeverity,
            at: now
        )
    }

    mutating func countIgnoredForwarding() {
        totals.ignoredForwardings += 1
    }

    mutating func addBan(of client: ClientAddress, at now: Timestamp) {
        events.add(
            CoalescedEvents.Origin(
                kind: .addressBlocked,
                reason: .addressBanned,
                group: client.group,
                key: nil
            ),
            severity: .warning,
            at: now
        )
    }

    mutating func addToolNews(_ reason: ReasonCode, _ subject: String, at now: Timestamp) {
        events.add(
            CoalescedEvents.Origin(kind: .toolChanged, reason: reason, subject: subject),
            severity: .warning,
            at: now
        )
    }

    /// Empties it and keeps its memory for the next second.
    mutating func removeAll() {
        guard !isEmpty else { return }
        totals = CallTotals()
        statusClasses = StatusClasses()
        denialsByReason.removeAll(keepingCapacity: true)
        latency.reset()
        clients.removeAll()
        failures.removeAll()
        keys.removeAll()
        events.removeAll()
    }

    private mutating func count(_ call: CallRecord) {
        totals.requests += 1
        totals.denials += call.denial == nil ? 0 : 1
        totals.requestBytes &+= UInt64(clamping: call.requestBytes)
        totals.responseBytes &+= UInt64(clamping: call.responseBytes)
        statusClasses.count(status: call.status)
        if call.passedTheGate {
            latency.record(nanoseconds: call.latencyNanoseconds)
        }
    }

    private mutating func countClient(_ call: CallRecord, at now: Timestamp) {
        let slot = clients.place(
            call.client.group,
            making: ClientTally(first: now, last: now),
            worth: { tally, _ in tally.requests }
        ).slot
        clients.update(slot) { tally in
            tally.requests += 1
            tally.last = now
            if let denial = call.denial {
                tally.denials += 1
                tally.lastDenial = denial
            }
            if let key = call.verifiedKey { tally.lastKey = key }
            if let tool = call.tool { tally.lastTool = Self.shortened(tool) }
        }
    }

    private static func shortened(_ tool: String) -> String {
        guard tool.utf8.count > toolScalarsMax else { return tool }
        return String(tool.unicodeScalars.prefix(toolScalarsMax))
    }

    private mutating func countFailure(
        _ call: CallRecord,
        _ reason: ReasonCode,
        at now: Timestamp
    ) {
        let slot = failures.place(
            FailureGroup(group: call.client.group, reason: reason),
            making: FailureTally(first: now, last: now),
            worth: { tally, _ in tally.count }
        ).slot
        failures.update(slot) { tally in
            tally.count += 1
            tally.last = now
            tally.key = call.key ?? tally.key
        }
    }

    private mutating func countKey(_ call: CallRecord, at now: Timestamp) {
        guard let key = call.verifiedKey else { return }
        let group = call.client.group
        let slot = keys.place(
            key,
            making: KeyTally(last: now, lastGroup: group),
            worth: { tally, _ in tally.requests }
        ).slot
        keys.update(slot) { tally in
            tally.requests += 1
            tally.last = now
            tally.lastGroup = group
            if call.isGraceUse {
                tally.graceUses += 1
                tally.lastGrace = now
                tally.lastGraceGroup = group
            }
        }
        guard call.isGraceUse else { return }
        events.add(
            CoalescedEvents.Origin(kind: .keyGraceUse, group: group, key: key),
            severity: .info,
            at: now
        )
    }
}

extension CallRecord {
    /// Whether it reached what the gate protects; its latency then says how that fares.
    fileprivate var passedTheGate: Bool {
        guard let denial else { return true }
        return denial.eventKind == .upstreamFailure
    }

    /// Nil when the key was only named: by a credential that failed, or that was not asked for
    /// any more because the address had used up its allowance.
    fileprivate var verifiedKey: KeyID? {
        guard let denial else { return key }
        switch denial.eventKind {
        case .requestRefused, .upstreamFailure: return key
        case .rateLimitViolation: return denial.isAboutKey ? key : nil
        default: return nil
        }
    }
}

extension ReasonCode {
    fileprivate var isAboutKey: Bool { self == .keyRateLimited || self == .keyBlocked }
}

extension StatusClasses {
    mutating func count(status: Int) {
        switch status {
        case 200..<300: success += 1
        case 300..<400: redirection += 1
        case 400..<500: clientError += 1
        case 500..<600: serverError += 1
        default: break
        }
    }
}
