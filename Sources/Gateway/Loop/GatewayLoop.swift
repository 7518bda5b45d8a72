import NIOCore
import Policy
import Synchronization

/// One event loop of the gateway as the rest of the process sees it.
final class GatewayLoop: Sendable {
    let eventLoop: any EventLoop
    let context: NIOLoopBound<LoopContext>
    private let policy: LivePolicy
    private let enforcement: Enforcement
    private let token: Int

    private init(
        _ context: NIOLoopBound<LoopContext>,
        on eventLoop: any EventLoop,
        obeying policy: LivePolicy,
        _ enforcement: Enforcement,
        token: Int
    ) {
        self.eventLoop = eventLoop
        self.context = context
        self.policy = policy
        self.enforcement = enforcement
        self.token = token
    }

    static func start(
        on eventLoop: any EventLoop,
        _ settings: GatewaySettings,
        obeying policy: LivePolicy,
        _ services: SharedServices
    ) async -> GatewayLoop {
        let enforcement = Enforcement(on: eventLoop)
        let transport = settings.transport
        let (first, token) = policy.register { policy, enforced in
            enforcement.enforce(transport.view(of: policy), then: enforced)
        }
        let context = NIOLoopBoundBox.makeBoxSendingValue(
            LoopContext(
                eventLoop: eventLoop,
                settings: settings,
                policy: transport.view(of: first),
                services: services
            ),
            eventLoop: eventLoop
        )
        return await withCheckedContinuation { continuation in
            eventLoop.execute {
                let bound = NIOLoopBound(context.value, eventLoop: eventLoop)
                bound.value.startSweeping()
                enforcement.begin(with: bound)
                continuation.resume(
                    returning: GatewayLoop(
                        bound,
                        on: eventLoop,
                        obeying: policy,
                        enforcement,
                        token: token
                    )
                )
            }
        }
    }

    /// Lets clients go as they finish; returns when the last has gone or at `deadline`.
    func drain(until deadline: NIODeadline) async {
        let context = self.context
        let drained: EventLoopFuture<Void> = eventLoop.flatSubmit { context.value.drain() }
        let timer = eventLoop.scheduleTask(deadline: deadline) { context.value.closeAll() }
        try? await drained.get()
        timer.cancel()
    }

    /// Ends what is left and stops obeying policies; the loop itself may be shut down afterwards.
    func stop() async {
        policy.remove(token)
        enforcement.end()
        let context = self.context
        try? await eventLoop.submit { context.value.closeAll() }.get()
    }
}

/// Hands new policies to a loop for as long as it runs.
///
/// The lock makes sure that nothing is handed to a loop that may have been shut down: what was
/// handed over before `end` is run, and what comes later is confirmed at once.
final class Enforcement: Sendable {
    private enum State {
        /// The loop has not begun; the latest policy waits for it.
        case waiting(EnforcedPolicy?)
        case running(NIOLoopBound<LoopContext>)
        case ended
    }

    private let eventLoop: any EventLoop
    private let state = Mutex(State.waiting(nil))

    init(on eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    func enforce(_ policy: EnforcedPolicy, then enforced: @escaping @Sendable () -> Void) {
        let isHandedOver = state.withLock { state in
            switch state {
            case .waiting:
                state = .waiting(policy)
                return false
            case .running(let context):
                eventLoop.execute {
                    context.value.obey(policy)
                    enforced()
                }
                return true
            case .ended:
                return false
            }
        }
        if !isHandedOver { enforced() }
    }

    /// Called on the loop, before it serves anyone.
    func begin(with context: NIOLoopBound<LoopContext>) {
        let missed = state.withLock { state -> EnforcedPolicy? in
            defer { state = .running(context) }
            return if case .waiting(let policy) = state { policy } else { nil }
        }
        if let missed { context.value.obey(missed) }
    }

    func end() {
        state.withLock { $0 = .ended }
    }
}
