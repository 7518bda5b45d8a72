import Policy
import Telemetry

/// Adds what the store remembers of keys to what was seen since the start.
struct KeyUsageBook: Sendable {
    /// As it was when the process started.
    private var remembered: [KeyID: KeyUsage]
    /// Uses of superseded secrets seen since the start that belong to an earlier rotation.
    private var graceUsesForgotten: [KeyID: UInt64] = [:]
    private var written: [KeyID: KeyUsage]

    init(remembered: [KeyUsage]) {
        self.remembered = Dictionary(remembered.map { ($0.key, $0) }) { $1 }
        written = self.remembered
    }

    /// Usage of every key that was ever used: keys seen since the start first.
    func merged(with live: [KeyUsage]) -> [KeyUsage] {
        let seen = live.map(merged)
        let seenKeys = Set(live.map(\.key))
        let others = remembered.values.filter { !seenKeys.contains($0.key) }
        return seen + others.sorted { $0.key < $1.key }
    }

    /// What the store does not hold yet.
    func unwritten(_ live: [KeyUsage]) -> [KeyUsage] {
        live.map(merged).filter { written[$0.key] != $0 }
    }

    mutating func markWritten(_ usage: [KeyUsage]) {
        for key in usage {
            written[key.key] = key
        }
    }

    /// A rotation begins: uses of the secret superseded before it no longer count.
    mutating func rotated(_ key: KeyID, live: [KeyUsage]) {
        remembered[key]?.graceUses = 0
        remembered[key]?.lastGraceUse = nil
        remembered[key]?.lastGraceAddress = nil
        graceUsesForgotten[key] = live.first { $0.key == key }?.graceUses
    }

    private func merged(_ live: KeyUsage) -> KeyUsage {
        let earlier = remembered[live.key]
        let forgotten = min(live.graceUses, graceUsesForgotten[live.key] ?? 0)
        var usage = live
        usage.requests = live.requests + (earlier?.requests ?? 0)
        usage.graceUses = live.graceUses - forgotten + (earlier?.graceUses ?? 0)
        if live.graceUses == forgotten {
            usage.lastGraceUse = earlier?.lastGraceUse
            usage.lastGraceAddress = earlier?.lastGraceAddress
        }
        return usage
    }
}
