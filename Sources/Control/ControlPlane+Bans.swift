import Admin
import Logging
import Policy
import Store
import Synchronization
import Telemetry

extension ControlPlane {
    /// Bans that may be in force at once.
    static let banCountMax = 10_000
    /// The longest ban with an end: ten years.
    static let banSecondsMax: Int64 = 315_360_000

    func addBan(
        _ prefix: AddressPrefix,
        seconds: Int64?,
        reason: String?,
        author: Author
    ) async throws(AdminError) -> BanOutcome {
        try await changeBans(.addBan, of: prefix, reason: reason, author: author) {
            bans,
            now throws(AdminError) in
            try requireBanSeconds(seconds)
            let others = bans.filter { $0.prefix != prefix }
            guard others.count < Self.banCountMax else {
                throw AdminError(
                    .invalidRequest,
                    "\(Self.banCountMax) bans are in force already; ban a network instead, or use"
                        + " the denylist"
                )
            }
            let ban = BanRecord(
                prefix: prefix,
                reason: reason.map(SecretRedaction.redacted),
                author: author,
                created: now,
                expires: seconds.map(now.advanced(bySeconds:))
            )
            return BanChange(change: .addBan(ban), bans: others + [ban])
        }
    }

    func removeBan(
        _ prefix: AddressPrefix,
        reason: String?,
        author: Author
    ) async throws(AdminError) -> BanOutcome {
        let outcome = try await changeBans(.removeBan, of: prefix, reason: reason, author: author) {
            bans,
            now throws(AdminError) in
            let others = bans.filter { $0.prefix != prefix }
            guard others.count < bans.count || isBlocked(prefix) else {
                throw AdminError(
                    .notFound,
                    "\(prefix) is neither banned nor blocked; a wider ban or the denylist may cover"
                        + " it"
                )
            }
            return BanChange(change: .removeBan(prefix), bans: others)
        }
        _ = ledger.liftAll(in: prefix)
        _ = failures.liftAll(in: prefix, at: clock.monotonic())
        // Else a crash in the next seconds would bring the block back.
        await writeBlocks()
        return outcome
    }

    /// Forgets bans whose end has passed; the data plane stopped obeying them by itself.
    func dropEndedBans() async {
        let now = clock.wall()
        guard state.withLock({ $0.bans.contains { $0.isOver(at: now) } }) else { return }
        do throws(AdminError) {
            try await edits.run { () async throws(AdminError) in
                do throws(StoreError) {
                    _ = try await store.removeBans(endedBy: now)
                } catch {
                    throw AdminError(.storeFailed, error.message)
                }
                await enforce(state.withLock { $0.bans.filter { !$0.isOver(at: now) } })
            }
        } catch {
            logger.error("ended bans not forgotten", metadata: ["error": "\(error.message)"])
        }
    }

    /// What a change of the bans writes and leads to.
    private struct BanChange {
        var change: StoreChange
        var bans: [BanRecord]
    }

    private func changeBans(
        _ action: AuditDraft.Action,
        of prefix: AddressPrefix,
        reason: String?,
        author: Author,
        make: ([BanRecord], Timestamp) throws(AdminError) -> BanChange
    ) async throws(AdminError) -> BanOutcome {
        let request = EditRequest(action: action, author: author, reason: reason)
        return try await edits.run { () async throws(AdminError) -> BanOutcome in
            let now = clock.wall()
            let bans = state.withLock { $0.bans }
            let change: BanChange
            do throws(AdminError) {
                try requireReason(reason)
                change = try make(bans.filter { !$0.isOver(at: now) }, now)
            } catch {
                await recordRefusal(error, action: action, request: request)
                throw error
            }
            let old = bans.first { $0.prefix == prefix }
            let new = change.bans.first { $0.prefix == prefix }
            let draft = AuditDraft(
                time: now,
                author: author,
                action: action,
                before: old.flatMap(\.auditJSON),
                after: new.flatMap(\.auditJSON),
                reason: reason
            )
            try await persist(change.change, audit: draft)
            let microseconds = await enforce(change.bans)
            announce(new == nil ? "lifted the ban of" : "banned", prefix, by: author, at: now)
            return BanOutcome(prefix: prefix, activationMicroseconds: microseconds)
        }
    }

    @discardableResult
    private func enforce(_ bans: [BanRecord]) async -> Int64 {
        let policy = EnforcedPolicy(snapshot: live.current.snapshot, bans: BanTable(bans))
        return await activate(policy) { $0.bans = bans }
    }

    private func requireBanSeconds(_ seconds: Int64?) throws(AdminError) {
        guard let seconds, !(1...Self.banSecondsMax).contains(seconds) else { return }
        throw AdminError(
            .invalidRequest,
            "a ban of \(seconds) s is out of range; it is 1…\(Self.banSecondsMax) s, or without end"
        )
    }

    /// Whether the gate shut out an address of `prefix` by itself.
    private func isBlocked(_ prefix: AddressPrefix) -> Bool {
        let now = clock.monotonic()
        let blocked = ledger.blocks(at: now).filter { !$0.isKey }.map(\.subject)
        let banned = failures.bans(at: now).map(\.client.description)
        return (blocked + banned).contains { subject in
            guard let blocked = try? AddressPrefix(parsing: subject) else { return false }
            return prefix.contains(blocked.network) || blocked.contains(prefix.network)
        }
    }

    private func announce(
        _ what: String,
        _ prefix: AddressPrefix,
        by author: Author,
        at now: Timestamp
    ) {
        telemetry.record(
            SecurityEvent(
                time: now,
                kind: .banChanged,
                severity: .info,
                address: prefix.description,
                detail: PrintableText.detail("\(author) \(what) \(prefix)")
            )
        )
        logger.info("ban changed", metadata: ["prefix": "\(prefix)", "uid": "\(author.uid)"])
    }
}

extension BanRecord {
    func isOver(at now: Timestamp) -> Bool {
        expires.map { $0 <= now } ?? false
    }

    fileprivate var auditJSON: String? {
        AuditText.json([
            "prefix": prefix.description,
            "expires": expires?.description ?? "never",
        ])
    }
}
