import Admin
import Logging
package import Policy
import Store
import Synchronization
import Telemetry

extension ControlOpening {
    /// Shuts out again whom the gate had shut out by itself, for the time that is left of it.
    ///
    /// Before anybody is let in.
    package func restoreBlocks(
        to ledger: UsageLedger,
        _ failures: FailureLedger,
        clock: ControlClock
    ) {
        let (now, monotonic) = (clock.wall(), clock.monotonic())
        ledger.restore(blocks.compactMap { $0.activeBlock(at: now) }, at: monotonic)
        failures.restore(blocks.compactMap { $0.failureBan(at: now) }, at: monotonic)
    }
}

extension ControlPlane {
    /// A crash forgets no more than what began in this time.
    static let blockWriteSeconds: Int64 = 5
    /// Automatic blocks in a snapshot.
    private static let shownBlocksMax = 200

    /// Looks at the bans for failed authentication, and now and then writes all blocks down.
    func observeBlocks() async {
        let (now, monotonic) = (clock.wall(), clock.monotonic())
        let bans = failures.bans(at: monotonic)
        let isDue = state.withLock { state in
            state.failureBlocks = bans.prefix(Self.shownBlocksMax).map { BlockRecord($0, at: now) }
            guard state.nextBlockWrite <= monotonic else { return false }
            state.nextBlockWrite = monotonic.advanced(bySeconds: Self.blockWriteSeconds)
            return true
        }
        if isDue { await writeBlocks() }
    }

    /// The limiter's blocks and the bans for failures as one list, as `TelemetrySnapshot` has it.
    func merged(_ blocks: [BlockRecord], _ failureBlocks: [BlockRecord]) -> [BlockRecord] {
        guard !failureBlocks.isEmpty else { return blocks }
        return Array(
            (blocks + failureBlocks).sorted { $0.until > $1.until }
                .prefix(Self.shownBlocksMax)
        )
    }

    /// Writes down which blocks began and ended since the last time; a failure is logged once.
    func writeBlocks() async {
        do throws(AdminError) {
            try await edits.run { () async throws(AdminError) in
                let (now, monotonic) = (clock.wall(), clock.monotonic())
                let blocks =
                    ledger.blocks(at: monotonic).map { KeptBlock($0, at: now) }
                    + failures.bans(at: monotonic).map { KeptBlock($0, at: now) }
                let changes = state.withLock { $0.blocks.changes(to: blocks) }
                guard !changes.isEmpty else { return }
                do throws(StoreError) {
                    try await store.updateBlocks(changes.begun, forgetting: changes.ended)
                } catch {
                    throw AdminError(.storeFailed, error.message)
                }
                state.withLock { state in
                    state.blocks.markWritten(changes)
                    state.areBlocksUnwritable = false
                }
            }
        } catch {
            let isNews = state.withLock { state in
                defer { state.areBlocksUnwritable = true }
                return !state.areBlocksUnwritable
            }
            if isNews {
                logger.error("blocks not written", metadata: ["error": "\(error.message)"])
            }
        }
    }
}
