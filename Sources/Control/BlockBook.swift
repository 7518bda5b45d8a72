import Policy
import Store
import Telemetry

/// Knows which automatic blocks the store holds, so that only what changed is written.
struct BlockBook: Sendable {
    /// Those that end last are kept; the others would be over soon after a restart anyway.
    static let keptMax = 10_000
    /// Ends are told in whole seconds, so the same block may seem to move by one.
    private static let toleranceMilliseconds: Int64 = 1000

    /// What is to be written.
    struct Changes: Equatable, Sendable {
        var begun: [KeptBlock]
        var ended: [KeptBlock.Name]

        var isEmpty: Bool { begun.isEmpty && ended.isEmpty }
    }

    private var written: [KeptBlock.Name: Timestamp]

    init(remembered: [KeptBlock]) {
        written = Dictionary(remembered.map { ($0.name, $0.until) }) { $1 }
    }

    /// What the store does not hold of `blocks`, and what it holds beside them.
    func changes(to blocks: [KeptBlock]) -> Changes {
        let kept = blocks.sorted { $0.until > $1.until }.prefix(Self.keptMax)
        let names = Set(kept.map(\.name))
        return Changes(
            begun: kept.filter { !isWritten($0) },
            ended: written.keys.filter { !names.contains($0) }
        )
    }

    mutating func markWritten(_ changes: Changes) {
        for name in changes.ended { written[name] = nil }
        for block in changes.begun { written[block.name] = block.until }
    }

    private func isWritten(_ block: KeptBlock) -> Bool {
        guard let until = written[block.name] else { return false }
        let difference = block.until.millisecondsSince1970 - until.millisecondsSince1970
        return abs(difference) <= Self.toleranceMilliseconds
    }
}

extension KeptBlock {
    init(_ block: ActiveBlock, at now: Timestamp) {
        self.init(
            name: Name(cause: block.isKey ? .keyRate : .addressRate, subject: block.subject),
            since: now.advanced(bySeconds: -block.elapsedSeconds),
            until: now.advanced(bySeconds: block.remainingSeconds),
            refusals: block.refusals
        )
    }

    init(_ ban: FailureBan, at now: Timestamp) {
        self.init(
            name: Name(cause: .failures, subject: ban.client.description),
            since: now.advanced(bySeconds: -ban.elapsedSeconds),
            until: now.advanced(bySeconds: ban.remainingSeconds),
            step: ban.step,
            refusals: ban.refusals
        )
    }

    /// Whole seconds that are left at `now`, rounded up; 0 when it is over.
    private func remainingSeconds(at now: Timestamp) -> Int64 {
        let (left, isOver) = until.millisecondsSince1970.subtractingReportingOverflow(
            now.millisecondsSince1970
        )
        return isOver ? 0 : max(left / 1000 + (left % 1000 > 0 ? 1 : 0), 0)
    }

    private func elapsedSeconds(at now: Timestamp) -> Int64 {
        let (passed, isOver) = now.millisecondsSince1970.subtractingReportingOverflow(
            since.millisecondsSince1970
        )
        return isOver ? 0 : max(passed / 1000, 0)
    }

    /// The block of the rate limit that this is; nil for another cause.
    func activeBlock(at now: Timestamp) -> ActiveBlock? {
        guard name.cause != .failures else { return nil }
        let isKey = name.cause == .keyRate
        return ActiveBlock(
            subject: name.subject,
            isKey: isKey,
            reason: isKey ? .keyRateLimited : .addressRateLimited,
            remainingSeconds: remainingSeconds(at: now),
            elapsedSeconds: elapsedSeconds(at: now),
            refusals: refusals
        )
    }

    /// The ban for failed authentication that this is; nil for another cause.
    func failureBan(at now: Timestamp) -> FailureBan? {
        guard name.cause == .failures,
            let network = try? AddressPrefix(parsing: name.subject).network
        else { return nil }
        return FailureBan(
            client: ClientAddress(network),
            remainingSeconds: remainingSeconds(at: now),
            elapsedSeconds: elapsedSeconds(at: now),
            step: step,
            refusals: refusals
        )
    }
}

extension BlockRecord {
    init(_ ban: FailureBan, at now: Timestamp) {
        self.init(
            subject: ban.client.description,
            isKey: false,
            reason: .addressBanned,
            since: now.advanced(bySeconds: -ban.elapsedSeconds),
            until: now.advanced(bySeconds: ban.remainingSeconds),
            refusals: ban.refusals
        )
    }
}
