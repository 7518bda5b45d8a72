package import Admin
package import Logging
package import Policy
package import Store
import Synchronization
package import Telemetry

/// Owns the policy: every edit passes through here, one at a time.
///
/// Check the base, apply, validate, persist together with the audit entry, activate on every event
/// loop, answer. Whatever fails before the disk has it changes nothing.
package final class ControlPlane: Sendable {
    struct State: Sendable {
        var revision: PolicyRevision
        var bans: [BanRecord]
        var usage: KeyUsageBook
        var isUsageUnwritable = false
        var blocks: BlockBook
        /// Bans for failed authentication, as of the last tick.
        var failureBlocks: [BlockRecord] = []
        var nextBlockWrite = MonotonicTime(nanoseconds: .min)
        var areBlocksUnwritable = false
        var toolPins: ToolPinBook
        var activations = ActivationBook()
    }

    let store: PolicyStore
    let live: LivePolicy
    let ledger: UsageLedger
    let failures: FailureLedger
    let tools: ToolWatch
    let telemetry: TelemetryHub
    let clock: ControlClock
    let facts: GateFacts
    let ports: ControlPorts
    let logger: Logger
    let warnings: [String]
    let edits = EditQueue()
    let state: Mutex<State>

    /// `opening` is what `start` returned for this very store; `live` was made from
    /// `opening.enforced`, and nobody else activates anything on it.
    package init(
        store: PolicyStore,
        opening: ControlOpening,
        live: LivePolicy,
        ledger: UsageLedger,
        failures: FailureLedger = FailureLedger(),
        tools: ToolWatch = ToolWatch(),
        telemetry: TelemetryHub,
        clock: ControlClock,
        facts: GateFacts,
        ports: ControlPorts = ControlPorts(),
        logger: Logger
    ) {
        self.store = store
        self.live = live
        self.ledger = ledger
        self.failures = failures
        self.tools = tools
        self.telemetry = telemetry
        self.clock = clock
        self.facts = facts
        self.ports = ports
        self.logger = logger
        warnings = opening.warnings
        state = Mutex(
            State(
                revision: opening.revision,
                bans: opening.bans,
                usage: KeyUsageBook(remembered: opening.keyUsage),
                blocks: BlockBook(remembered: opening.blocks),
                toolPins: ToolPinBook(remembered: opening.toolPins)
            )
        )
    }

    /// The service of one operator; what it does is recorded under `author`.
    package func service(for author: Author) -> any AdminService {
        OperatorService(plane: self, author: author)
    }

    /// Writes down when keys were used, who is blocked and what tools are, and drops bans that
    /// ended.
    ///
    /// Once a second, by one caller. A failure is logged, and what could not be written is tried
    /// again with the next call.
    package func tick() async {
        await writeKeyUsage()
        await dropEndedBans()
        await observeBlocks()
        await observeTools()
    }

    /// Writes down what is known at the end, when nothing is served any more.
    package func finish() async {
        await tick()
        await writeBlocks()
        await writeToolPins()
    }

    var revision: PolicyRevision { state.withLock { $0.revision } }

    /// The latest snapshot with what the store remembers of keys.
    var snapshot: TelemetrySnapshot { complete(telemetry.latest) }

    func complete(_ snapshot: TelemetrySnapshot) -> TelemetrySnapshot {
        var complete = snapshot
        state.withLock { state in
            complete.keyUsage = state.usage.merged(with: snapshot.keyUsage)
            complete.blocks = merged(snapshot.blocks, state.failureBlocks)
        }
        return complete
    }

    private func writeKeyUsage() async {
        let live = telemetry.latest.keyUsage
        let unwritten = state.withLock { $0.usage.unwritten(live) }
        guard !unwritten.isEmpty else { return }
        do {
            try await store.replaceKeyUsage(unwritten)
            state.withLock { state in
                state.usage.markWritten(unwritten)
                state.isUsageUnwritable = false
            }
        } catch {
            let isNews = state.withLock { state in
                defer { state.isUsageUnwritable = true }
                return !state.isUsageUnwritable
            }
            if isNews {
                logger.error("key usage not written", metadata: ["error": "\(error.message)"])
            }
        }
    }
}
